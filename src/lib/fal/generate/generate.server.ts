import { callSafely } from '#lib/base/call-safely.ts';
import { systemClock } from '#lib/base/clock.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import { assertCapturable } from '#lib/capture/capture.server.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import type { FalApi } from '#lib/fal/api/fal-api.server.ts';
import { askForPrice } from '#lib/fal/api/pricing.server.ts';
import { estimateOf, type FalPrice } from '#lib/fal/prices.ts';
import type { JobProgress } from '#lib/jobs/progress.ts';
import { isUnfinished } from '#lib/jobs/record/state.ts';
import { nextTry } from '#lib/jobs/run/retry.ts';
import { connectionOf } from './connection.server.ts';
import { type FalFailure, failureOf } from './failure.ts';
import { filmsOf } from './films.server.ts';
import { hasFilms, type JobContext, jobFor, jobOf } from './job.server.ts';
import {
  type FalRunOptions,
  type GenerateWithFalOptions,
  generateSchema,
  type ResumeFalOptions,
  resumeSchema,
} from './options.ts';
import { inputHashOf, storedRequest } from './order.ts';
import { type FalJob, falJobKey, isUnshelved } from './record.ts';
import { purchaseFor, storeOf } from './records.server.ts';
import { FORMATS } from './result.server.ts';
import { run } from './run.server.ts';
import type { MediaShelf } from './shelf.ts';

const WEEK_SECONDS = 7 * 24 * 3600;

export type FalResult<Item> = { success: true; items: Item[] } | FalFailure;

/** Makes films with fal, and puts them into the media library that it is given. */
export class FalGenerator<Item> {
  readonly #shelfOf: (settings: Settings) => MediaShelf<Item>;

  constructor(shelfOf: (settings: Settings) => MediaShelf<Item>) {
    this.#shelfOf = shelfOf;
  }

  /** See `generateWithFal`. */
  async generate(
    modelId: string,
    input: Record<string, unknown>,
    options: GenerateWithFalOptions = {},
  ): Promise<FalResult<Item>> {
    try {
      checkInput(generateSchema, 'options', options, 'prompt');
      const request = storedRequest(modelId, input);
      const settings = readSettings();
      const { projectId = 'default', force = false } = options;
      const ids = { projectId, inputHash: inputHashOf(request) };
      const { purchase, record } = await purchaseFor(storeOf(settings), ids, force);
      // Finished films need no key and no lease.
      if (record?.status === 'ready' && hasFilms(settings, record))
        return await this.#finished(settings, record, options);
      const api = connectionOf(settings, options);
      const folder = await this.#shelfOf(settings).folderOf(projectId);
      const buys = record === undefined || !isUnfinished(record);
      const price = options.prices?.[modelId] ?? (buys ? await askForPrice(api, modelId, options.signal) : undefined);
      const context = { ...this.#contextOf(settings, api, folder, options), ...purchaseOptions(options), price };
      const work = jobFor({ projectId, purchase, request }, context, record);
      // A full disk or a folder without permission is reported before anything is bought.
      if (buys) await assertCapturable(work.placeOf({ name: 'video', format: FORMATS.mp4 }).finalPath, work.capture);
      callSafely(options.onProgress, { stage: 'prompt', prompt: promptIn(input) });
      return await this.#shelve(settings, await run(settings, work, options, options.onProgress));
    } catch (error) {
      return failureOf(error);
    }
  }

  /** See `resumeFal`. */
  async resume(options: ResumeFalOptions = {}): Promise<Array<FalResult<Item>>> {
    checkInput(resumeSchema, 'options', options);
    const settings = readSettings();
    const nowMs = (options.clock ?? systemClock).now();
    const { requestId, ignoreBackoff } = options;
    const unfinished = await Array.fromAsync(storeOf(settings).find({ unfinished: true }));
    const due = unfinished.filter(
      (record) =>
        (requestId === undefined || record.taskId === requestId) &&
        (ignoreBackoff || isUnshelved(record) || nextTry(record, nowMs) === 'now'),
    );
    return Promise.all(due.map((record) => this.#resumeOne(settings, record, options)));
  }

  async #resumeOne(settings: Settings, record: FalJob, options: ResumeFalOptions): Promise<FalResult<Item>> {
    try {
      if (record.status === 'ready') return await this.#shelve(settings, record);
      const api = connectionOf(settings, options);
      const folder = await this.#shelfOf(settings).folderOf(record.projectId);
      const work = jobOf(record, this.#contextOf(settings, api, folder, options));
      const onProgress =
        options.onProgress && ((progress: JobProgress) => options.onProgress?.(falJobKey(record), progress));
      return await this.#shelve(settings, await run(settings, work, options, onProgress));
    } catch (error) {
      return failureOf(error);
    }
  }

  async #finished(
    settings: Settings,
    record: FalJob,
    { onProgress }: GenerateWithFalOptions,
  ): Promise<FalResult<Item>> {
    const { localPath = '', sizeBytes = 0 } = record;
    callSafely(onProgress, { stage: 'ready', localPath, sizeBytes });
    return this.#shelve(settings, record);
  }

  /** Told of the same films again the library is as before, so that a process may die at any moment of this. */
  async #shelve(settings: Settings, record: FalJob): Promise<FalResult<Item>> {
    const shelf = this.#shelfOf(settings);
    const items: Item[] = [];
    for (const film of filmsOf(settings.projectRoot, record)) items.push(await shelf.add(record.projectId, film));
    const { taskId } = record;
    if (isUnshelved(record)) {
      const note = (current: FalJob | undefined) => current && { ...current, shelved: taskId };
      await storeOf(settings).update(falJobKey(record), note);
    }
    return { success: true, items };
  }

  #contextOf(settings: Settings, api: FalApi, folder: string, options: FalRunOptions): JobContext {
    const { clock = systemClock, timeoutMs, maxBytes, resolve } = options;
    return {
      ...{ settings, api, folder, clock, timeoutMs, maxBytes, resolve },
      keep: async (key, result) => {
        const note = (current: FalJob | undefined) =>
          current?.taskId === result.requestId ? { ...current, result: { ...result } } : current;
        await storeOf(settings).update(key, note);
      },
    };
  }
}

function purchaseOptions({ mediaLifetimeSeconds = WEEK_SECONDS, webhookUrl, force }: GenerateWithFalOptions) {
  return { mediaLifetimeSeconds: mediaLifetimeSeconds ?? undefined, webhookUrl, force };
}

function promptIn({ prompt }: Record<string, unknown>): string {
  return typeof prompt === 'string' ? prompt : '';
}

/** What a request is expected to cost; `usd: null` where that is not known, as with units of which nobody says how many. */
export async function estimateFal(
  modelId: string,
  input: Record<string, unknown>,
  options: FalRunOptions = {},
): Promise<{ usd: number | null; price: FalPrice | undefined }> {
  const request = storedRequest(modelId, input);
  const price =
    options.prices?.[modelId] ?? (await askForPrice(connectionOf(readSettings(), options), modelId, options.signal));
  return { usd: estimateOf(request.input, price).usd, price };
}
