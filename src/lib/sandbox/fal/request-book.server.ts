import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { loadState, saveState } from '#lib/sandbox/state-file.server.ts';

const requestSchema = z.object({
  requestId: z.string(),
  gatewayId: z.string(),
  /** `fal-ai/veo3/fast` */
  endpointId: z.string(),
  /** `fal-ai/veo3`, which is all that the URLs of a request have of it. */
  app: z.string(),
  input: z.record(z.string(), z.unknown()),
  sentAtMs: z.number(),
  durationMs: z.number(),
  canceledAtMs: z.number().optional(),
  outcome: z.object({ name: z.string(), code: z.string().optional(), message: z.string().optional() }).optional(),
  /** How long its media live, from its end on; absent: for ever. */
  mediaLifetimeMs: z.number().optional(),
  /** How often its media were replaced. */
  revision: z.number(),
});
export type FalRequest = z.infer<typeof requestSchema>;

const submissionSchema = z.object({
  atMs: z.number(),
  endpointId: z.string(),
  accepted: z.boolean(),
  outcome: z.enum(['answered', 'lost', 'dropped', 'refused']),
  requestId: z.string().optional(),
  status: z.number().optional(),
});

const stateSchema = z.object({
  seed: z.string(),
  idsMade: z.number(),
  requests: z.array(requestSchema),
  submissions: z.array(submissionSchema),
});
type State = z.infer<typeof stateSchema>;

/** Every request and every submission, kept in memory and, with a `path`, written out before an answer leaves. */
export class RequestBook {
  readonly #path: string | undefined;
  #state: State;

  constructor(options: { seed: string | undefined; path: string | undefined }) {
    this.#path = options.path;
    const seed = options.seed ?? randomBytes(16).toString('hex');
    this.#state = loadState(options.path, stateSchema) ?? { seed, idsMade: 0, requests: [], submissions: [] };
  }

  /** The oldest first. */
  get requests(): readonly FalRequest[] {
    return this.#state.requests;
  }
  get submissions(): State['submissions'] {
    return this.#state.submissions;
  }
  find(requestId: string): FalRequest | undefined {
    return this.#state.requests.find((request) => request.requestId === requestId);
  }

  accept(order: Omit<FalRequest, 'requestId' | 'gatewayId' | 'revision'>): FalRequest {
    const request = { ...order, requestId: this.newId(), gatewayId: this.newId(), revision: 0 };
    this.#state.requests.push(request);
    return request;
  }

  /** Changes a request and writes the change out. */
  update(request: FalRequest, change: Partial<FalRequest>): void {
    Object.assign(request, change);
    this.#save();
  }

  noteSubmission(submission: State['submissions'][number]): void {
    this.#state.submissions.push(submission);
    this.#save();
  }

  /** As the service writes them, a UUID; depends on the seed and on how many were made before. */
  newId(): string {
    this.#state.idsMade += 1;
    const hex = createHash('sha256').update(`${this.#state.seed} fal ${this.#state.idsMade}`).digest('hex');
    return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-a$4-$5');
  }

  reset(): void {
    // The count of ids stays: a forgotten request's id must not come back for another one.
    this.#state = { ...this.#state, requests: [], submissions: [] };
    this.#save();
  }

  #save(): void {
    saveState(this.#path, this.#state);
  }
}
