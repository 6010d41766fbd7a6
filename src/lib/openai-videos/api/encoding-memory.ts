export type Encoding = 'multipart' | 'json';

/** What servers have taken, by base URL and by whether there was a file: SGLang refuses a form without one. */
const taken = new Map<string, Encoding>();

/** What this process has learnt about one kind of request to one server. */
export class EncodingMemory {
  readonly #key: string;

  constructor(endpoint: string, hasFile: boolean) {
    this.#key = `${endpoint} ${hasFile}`;
  }

  get(): Encoding | undefined {
    return taken.get(this.#key);
  }

  set(encoding: Encoding): void {
    taken.set(this.#key, encoding);
  }

  /** Another server may answer at the same address by now. */
  forget(): void {
    taken.delete(this.#key);
  }
}
