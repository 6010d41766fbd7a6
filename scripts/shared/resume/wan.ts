import {
  isUnfinished,
  resumeVideos,
  stopVideos,
  type VideoMetadata,
  videoKey,
  videosAsStored,
  WanxClient,
} from '#lib/wanx/index.ts';
import { showDeadline, showResult } from '../make-video.ts';
import { showMeanwhile } from '../meanwhile.ts';
import type { Context } from '../options/command.ts';
import { idsOf } from '../views/output.ts';
import type { Ending, Resumable, ResumeTerms, Unfinished } from './resumable.ts';

export const wan: Resumable = {
  ...{ id: 'wan', name: 'Wan', noun: 'video' },
  async list({ adopt }) {
    // Reports once, not for every video, that the records cannot be trusted.
    await resumeVideos({ adopt, only: () => false });
    return (await videosAsStored()).filter(isUnfinished).map(toUnfinished);
  },
  async finish(context, unfinished, terms) {
    new WanxClient();
    const byDeadline = [...unfinished].sort((a, b) => deadlineMs(a) - deadlineMs(b));
    // All at once: with a limit, tasks that never end would hold every slot while the link of a finished one expires.
    return Promise.all(byDeadline.map(({ key }) => finishOne(context, key, terms)));
  },
  stop: stopVideos,
};

function toUnfinished({ spotId, eraId, taskId, expiresAt }: VideoMetadata): Unfinished {
  const key = videoKey(spotId, eraId);
  return { key, ids: idsOf(key), taskId, expiresAt };
}

/** A call for each video: one call for all would report no result until the last of them ends. */
async function finishOne(context: Context, key: string, { timeoutMs, ifBusy }: ResumeTerms): Promise<Ending> {
  const [result] = await resumeVideos({
    ...{ signal: context.signal, timeoutMs, ifBusy },
    // Requested by a person: no back-off.
    ignoreBackoff: true,
    only: (record) => videoKey(record.spotId, record.eraId) === key,
    onProgress: (_spotId, _eraId, progress) => context.output.progress(key, progress),
    onDeadline: (warning) => showDeadline(context, warning),
  });
  return result ? showResult(context, key, result) : showMeanwhile(context, key);
}

function deadlineMs({ expiresAt }: Unfinished): number {
  return expiresAt === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(expiresAt);
}
