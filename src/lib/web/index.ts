import '#lib/base/server-only.server.ts';
import '#lib/base/supported-node.server.ts';

// What another app needs to play videos and to follow them: plain web `Request` and `Response`, for any server. The parts
// are put together here, so that none of them needs to import the others.

import { systemClock } from '#lib/base/clock.ts';
import { readSettings } from '#lib/config.ts';
import { sharedNotionUpdates } from '#lib/notion/index.ts';
import { capturedFile, type SpotWithEras, stopVideos, type VideoMetadata } from '#lib/wanx/index.ts';
import type { AnswerOptions, VideoEventsOptions } from './embed/answer-options.ts';
import { type ReelkeepOptions, start, stop } from './embed/background.server.ts';
import { checkStorage } from './embed/check-storage.server.ts';
import { LeftoverSweep } from './embed/leftover-sweep.server.ts';
import { NotionWork } from './embed/notion-work.ts';
import { videoAnswerer } from './embed/serve-video.ts';
import { eventsAnswerer } from './embed/video-events.server.ts';
import { answering } from './http/answering.ts';
import { type ServerLog, SILENT_LOG } from './http/server-log.server.ts';
import { playVideo } from './playback/playback.server.ts';
import { sourceOf } from './playback/source.ts';
import { SettledVideos } from './videos/library/settled-videos.server.ts';
import { VideoLibrary } from './videos/library.server.ts';
import { toLiveProgress } from './videos/live-progress.ts';
import { toVideoView } from './videos/to-view.server.ts';
import { background, VideoService } from './videos/video-service.server.ts';

export type { AnswerOptions, VideoEventsOptions } from './embed/answer-options.ts';
export type { ReelkeepOptions } from './embed/background.server.ts';
export { type NodeRequest, type NodeResponse, toNodeHandler } from './embed/node-handler.ts';
export type { ProblemBody } from './http/problem.ts';
export type { ServerLog } from './http/server-log.server.ts';
export type * from './videos/view.ts';

/**
 * Call it once when the server starts: it finishes what an earlier run left unfinished, and from then on retries in the
 * background whatever was paid for and is not captured yet. It returns at once. Calling it again, also after a hot reload,
 * changes nothing; after `stopReelkeep` it starts again. What keeps finished files out of the object storage that is
 * configured is logged at once.
 * @throws ReelError `config` for a misspelt name of a setting, which would otherwise have no effect; other wrong settings
 *   are logged, and reported by each call that needs them
 */
export function startReelkeep(options: ReelkeepOptions = {}): void {
  start(background, options, makeService, checkStorage);
  notionWork.start(log());
  leftoverSweep.start(log());
}

/**
 * Call it when the server shuts down: ends event streams and all work of this process. A submission on its way is waited
 * for, a few seconds at most, so that its task id is saved; what was paid for is finished by the next start. Resolves when
 * everything is on disk. Any number of calls will do.
 */
export async function stopReelkeep(): Promise<void> {
  leftoverSweep.stop();
  await Promise.all([stop(background, stopVideos), notionWork.stop()]);
}

/**
 * Serves a finished video: all of it, the range that a player asks for (`Range`, `If-Range`), or 304 for a copy that is
 * still right (`If-None-Match`). Mount it for GET and HEAD at `/videos/{file}`; the file is the last segment of the path,
 * and is looked up in the records, never used as a path. Anyone may watch: put your own login in front of it, if there is
 * one. Never rejects: an unknown, unsafe or unfinished name is a 404, and every error is `application/problem+json`.
 */
export function serveVideo(request: Request, options: AnswerOptions = {}): Promise<Response> {
  return answerVideo(request, options);
}

/**
 * Server-sent events about every video on record: a `snapshot` first, then a `video` for each change of one (its state, and
 * the progress of what this process is working on), `spend`, `counts`, and a `beat` every 15 s. A client that reconnects
 * with `Last-Event-ID`, as `EventSource` does, gets what it missed. Ends with `request.signal`, and with `stopReelkeep`.
 *
 * Listeners see prompts, prices and what was spent: put your own login in front of it, if those are not for everybody.
 * Never rejects: every error is `application/problem+json`.
 */
export function videoEvents(request: Request, options: VideoEventsOptions = {}): Promise<Response> {
  return answerEvents(request, options);
}

/**
 * The address at which `serveVideo` serves the video of a record; undefined while there is none. It ends in the version of
 * the file, so that browsers may keep it for ever and yet never show an older film.
 * @param base where `serveVideo` is mounted
 */
export function videoSource(record: VideoMetadata, base = '/videos'): string | undefined {
  const file = capturedFile(readSettings(), record);
  return file && sourceOf(file, base);
}

const notionWork = new NotionWork(sharedNotionUpdates);
const leftoverSweep = new LeftoverSweep();
const log = () => background.service?.log ?? SILENT_LOG;
const answerVideo = videoAnswerer(answering(log), playVideo);
// An app that only plays videos, and makes them elsewhere, has nothing to start.
const answerEvents = eventsAnswerer(answering(log), () => (background.service ??= makeService(SILENT_LOG, [])));

function makeService(log: ServerLog, spots: readonly SpotWithEras[]): VideoService {
  const settledVideos = (keys: Iterable<string>) => new SettledVideos(keys);
  const library = new VideoLibrary({ now: () => systemClock.now(), spots, settledVideos, toView: toVideoView });
  return new VideoService({ log, library, toLive: toLiveProgress });
}
