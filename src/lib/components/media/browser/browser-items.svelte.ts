import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { whyNot } from '#lib/components/live/ask-server.ts';
import { formatBytes } from '#lib/components/words/format.ts';
import type { MediaItemView } from '#lib/web/media/media-view.ts';
import { type FileShelf, type KeptFile, keepFile, keptFile } from './file-shelf.ts';
import type { Lasting } from './lasting.ts';

export interface BrowserItemsTools {
  shelf: FileShelf;
  /** Puts it on the server's list; the same id again changes nothing. */
  list: (entry: KeptFile) => Promise<unknown>;
  /** Sends what is listed to the server's disk. */
  send: (entry: KeptFile, file: Blob) => Promise<MediaItemView>;
  /** Sends what is not listed. */
  sendNew: (entry: KeptFile, file: Blob) => Promise<MediaItemView>;
  askToLast: () => Promise<Lasting>;
  /** Runs work while no other tab does the same. */
  alone: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  newId: () => string;
  nowMs: () => number;
}

const SILENCE = 'The server did not respond.';
const GONE = 'This browser has deleted its file.';
const ELSEWHERE = 'Another tab has saved or discarded it.';
const NO_ROOM = 'Neither this browser nor the server could keep it.';

/** Files that somebody has added and the server does not have yet: kept in this browser, which is no safe place. */
export class BrowserItems {
  /** The newest first; of all projects. */
  entries: readonly KeptFile[] = $state.raw([]);
  lasting: Lasting = $state('unknown');
  /** Ids of those that are being added: not left here, so far. */
  readonly adding = new SvelteSet<string>();
  /** Ids of those on their way to the server. */
  readonly saving = new SvelteSet<string>();
  /** Why the server does not have them, by their ids. */
  readonly problems = new SvelteMap<string, string>();
  readonly #tools: BrowserItemsTools;

  constructor(tools: BrowserItemsTools) {
    this.#tools = tools;
  }

  /** Finds what earlier pages have left here. @throws where this browser keeps nothing */
  async load(): Promise<void> {
    this.entries = newestFirst(await this.#tools.shelf.entries());
  }

  of(projectId: string): KeptFile[] {
    return this.entries.filter((entry) => entry.projectId === projectId);
  }

  fileOf(entry: KeptFile): Promise<Blob | undefined> {
    return keptFile(this.#tools.shelf, entry);
  }

  /**
   * Keeps a file here first, then sends it to the server. Where the browser cannot keep it, the server may.
   * @returns its item, once the server has it; else why it does not
   */
  async add(projectId: string, file: File): Promise<MediaItemView | string> {
    const entry = this.#entryOf(projectId, file);
    this.lasting = await this.#tools.askToLast();
    try {
      await keepFile(this.#tools.shelf, entry, file);
    } catch {
      return this.#sendUnkept(entry, file);
    }
    this.adding.add(entry.id);
    this.entries = newestFirst([entry, ...this.entries]);
    const outcome = await this.save(entry);
    this.adding.delete(entry.id);
    return outcome;
  }

  /** Files of a project that the server has failed to take. */
  leftIn(projectId: string): KeptFile[] {
    return this.of(projectId).filter(({ id }) => !this.adding.has(id));
  }

  /** Sends a file to the server, and drops it here only once the server has it. @returns as `add` */
  async save(entry: KeptFile): Promise<MediaItemView | string> {
    if (this.saving.has(entry.id)) return 'It is being saved.';
    this.saving.add(entry.id);
    this.problems.delete(entry.id);
    try {
      return await this.#tools.alone(entry.id, () => this.#saveAlone(entry));
    } finally {
      this.saving.delete(entry.id);
    }
  }

  /** Forgets a file, for good. */
  async drop({ id }: KeptFile): Promise<void> {
    await this.#tools.shelf.remove(id);
    this.problems.delete(id);
    this.entries = this.entries.filter((entry) => entry.id !== id);
  }

  async #saveAlone(entry: KeptFile): Promise<MediaItemView | string> {
    const file = await this.fileOf(entry).catch(() => undefined);
    if (file) return this.#sendKept(entry, file);
    const kept = await this.#tools.shelf.entries().catch(() => [entry]);
    if (kept.some(({ id }) => id === entry.id)) return this.#note(entry, GONE);
    this.entries = this.entries.filter(({ id }) => id !== entry.id);
    return ELSEWHERE;
  }

  async #sendKept(entry: KeptFile, file: Blob): Promise<MediaItemView | string> {
    try {
      const item = await this.#listAndSend(entry, file);
      await this.drop(entry);
      return item;
    } catch (error) {
      return this.#note(entry, whyNot(error, SILENCE));
    }
  }

  async #sendUnkept(entry: KeptFile, file: Blob): Promise<MediaItemView | string> {
    try {
      return await this.#tools.sendNew(entry, file);
    } catch (error) {
      return `${NO_ROOM} ${whyNot(error, SILENCE)} It has ${formatBytes(file.size)}.`;
    }
  }

  /** On the list first: should it never arrive, the list shows that a browser has it. */
  async #listAndSend(entry: KeptFile, file: Blob): Promise<MediaItemView> {
    await this.#tools.list(entry);
    return this.#tools.send(entry, file);
  }

  #note({ id }: KeptFile, problem: string): string {
    this.problems.set(id, problem);
    return problem;
  }

  #entryOf(projectId: string, { name, type, size }: File): KeptFile {
    const { newId, nowMs } = this.#tools;
    return { id: newId(), projectId, name, mimeType: type, sizeBytes: size, addedAt: nowMs() };
  }
}

function newestFirst(entries: readonly KeptFile[]): KeptFile[] {
  return entries.toSorted((one, other) => other.addedAt - one.addedAt);
}
