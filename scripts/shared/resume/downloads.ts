import { type DownloadJob, assetDownloadManager as manager, OpenAIVideosClient } from '#lib/openai-videos/index.ts';
import type { Context } from '../options/command.ts';
import { EXIT } from '../options/exit-codes.ts';
import type { Ending, Resumable, Unfinished } from './resumable.ts';

/** Of videos that something else has ordered: see `npm run assets`. */
export const downloads: Resumable = {
  ...{ id: 'downloads', name: 'Downloads', noun: 'download' },
  async list() {
    await manager.loaded();
    return manager.getPendingDownloads().map((job) => ({
      ...{ key: keyOf(job), ids: idsOf(job), taskId: job.soraVideoId, expiresAt: job.expiresAt.toISOString() },
    }));
  },
  async finish(context, unfinished, { timeoutMs }) {
    new OpenAIVideosClient();
    const limits = timeoutMs === undefined ? [] : [AbortSignal.timeout(timeoutMs)];
    const signal = AbortSignal.any([context.signal, ...limits]);
    const stop = () => void manager.stop();
    signal.addEventListener('abort', stop);
    const unsubscribe = manager.subscribe(({ message }) => context.output.say(message.replace(PREFIX, '')));
    try {
      await manager.resumeDownloads();
    } finally {
      unsubscribe();
      signal.removeEventListener('abort', stop);
    }
    return unfinished.map((one) => endingOf(context, one));
  },
  stop: () => manager.stop(),
};

const PREFIX = '[Download Manager] ';
const keyOf = ({ notionPageId, soraVideoId }: DownloadJob) => `${notionPageId}/${soraVideoId}`;

function idsOf({ notionPageId, soraVideoId, batchId, completedAt }: DownloadJob): object {
  return { notionPageId, soraVideoId, batchId, completedAt: completedAt.toISOString() };
}

function endingOf({ output, isInterrupted, npmRun }: Context, { key, ids }: Unfinished): Ending {
  const job = manager.listDownloads().find((one) => JSON.stringify(idsOf(one)) === JSON.stringify(ids));
  // A later job of the page has taken its place.
  if (!job || job.status === 'completed') return { key, exitCode: EXIT.ok };
  const { status, error = 'another process works on it, or its service is another one' } = job;
  const resumable = status === 'pending' || status === 'downloading';
  output.event('result', { ...ids, success: false, resumable, error });
  if (isInterrupted()) return { key, exitCode: EXIT.interrupted };
  const way = resumable
    ? `To try again: ${npmRun('resume')}`
    : `To try again: ${npmRun('assets', `--retry ${job.notionPageId}`)}`;
  output.failed(key, `${key}: ${error}\n  ${way}`);
  return { key, exitCode: resumable ? EXIT.unfinished : EXIT.failed };
}
