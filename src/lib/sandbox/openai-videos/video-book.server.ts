import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { loadState, saveState } from '#lib/sandbox/state-file.server.ts';

const videoSchema = z.object({
  id: z.string(),
  model: z.string(),
  prompt: z.string(),
  size: z.string(),
  /** Text, as the API has it. */
  seconds: z.string(),
  createdAtMs: z.number(),
  durationMs: z.number(),
  remixedFromVideoId: z.string().optional(),
  idempotencyKey: z.string().optional(),
  /** The scripted outcome, if any. */
  outcome: z.string().optional(),
  failure: z.object({ code: z.string(), message: z.string() }).optional(),
  /** How often the content was replaced. */
  revision: z.number(),
});
export type SandboxVideo = z.infer<typeof videoSchema>;

const creationSchema = z.object({
  atMs: z.number(),
  encoding: z.enum(['multipart', 'json', 'other']),
  prompt: z.string(),
  accepted: z.boolean(),
  outcome: z.enum(['answered', 'lost', 'dropped', 'refused']),
  videoId: z.string().optional(),
  status: z.number().optional(),
  idempotencyKey: z.string().optional(),
});

const stateSchema = z.object({
  seed: z.string(),
  idsMade: z.number(),
  videos: z.array(videoSchema),
  creations: z.array(creationSchema),
});
type State = z.infer<typeof stateSchema>;

/** Every video and every creation, kept in memory and, with a `path`, written out before an answer leaves. */
export class VideoBook {
  readonly #path: string | undefined;
  #state: State;

  constructor(options: { seed: string | undefined; path: string | undefined }) {
    this.#path = options.path;
    this.#state = loadState(options.path, stateSchema) ?? fresh(options.seed ?? randomBytes(16).toString('hex'));
  }

  /** The oldest first. */
  get videos(): readonly SandboxVideo[] {
    return this.#state.videos;
  }
  get creations(): readonly State['creations'][number][] {
    return this.#state.creations;
  }
  find(id: string): SandboxVideo | undefined {
    return this.#state.videos.find((video) => video.id === id);
  }
  findByKey(idempotencyKey: string): SandboxVideo | undefined {
    return this.#state.videos.find((video) => video.idempotencyKey === idempotencyKey);
  }

  accept(order: Omit<SandboxVideo, 'id' | 'revision'>): SandboxVideo {
    const video = { ...order, id: this.newId(), revision: 0 };
    this.#state.videos.push(video);
    return video;
  }

  /** Changes a video and writes the change out. */
  update(video: SandboxVideo, change: Partial<SandboxVideo>): void {
    Object.assign(video, change);
    this.#save();
  }

  remove(id: string): void {
    this.#state.videos = this.#state.videos.filter((video) => video.id !== id);
    this.#save();
  }

  noteCreation(creation: State['creations'][number]): void {
    this.#state.creations.push(creation);
    this.#save();
  }

  /** As the service writes them; depends on the seed and on how many were made before. */
  newId(): string {
    this.#state.idsMade += 1;
    const hex = createHash('sha256').update(`${this.#state.seed} video ${this.#state.idsMade}`).digest('hex');
    return `video_${hex.slice(0, 48)}`;
  }

  reset(): void {
    // The count of ids stays: a forgotten video's id must not come back for another one.
    this.#state = { ...this.#state, videos: [], creations: [] };
    this.#save();
  }

  #save(): void {
    saveState(this.#path, this.#state);
  }
}

function fresh(seed: string): State {
  return { seed, idsMade: 0, videos: [], creations: [] };
}
