// `npm run assets`: the downloads of finished videos of services that speak OpenAI's videos API.
import './shared/require-node.js';
import { formatBytes } from '#lib/base/amounts.ts';
import { ReelError } from '#lib/base/errors.ts';
import { type AssetDownloadManager, assetDownloadManager, type DownloadJob } from '#lib/openai-videos/index.ts';
import { type Context, newCommand, runCommand } from './shared/options/command.ts';
import { EXIT, type ExitCode } from './shared/options/exit-codes.ts';
import { numberBetween } from './shared/options/number-option.ts';
import { count } from './shared/views/format.ts';

const program = newCommand('assets', 'Lists the downloads of finished videos, and queues, retries or cleans them up.')
  .option('--queue <page>', 'queue the download of a video for this Notion page, and wait for it')
  .option('--video <id>', 'with --queue: the id of the video at the service')
  .option('--batch <id>', 'with --queue: the batch, which is the name of the folder')
  .option('--completed-at <time>', 'with --queue: when the service had finished the video; default: now')
  .option('--retry <page>', 'try the failed download of a page again, and wait for it')
  .option('--clean', 'remove old versions: with --keep or --older-than')
  .option('--keep <versions>', 'with --clean: how many versions of each video stay', numberBetween(1, 9999, true))
  .option('--older-than <days>', 'with --clean: only those downloaded longer ago', numberBetween(0, 36_500))
  .option('--dry-run', 'with --clean: only list what would be removed')
  .parse();

const { queue, video, batch, completedAt, retry, clean, keep, olderThan, dryRun, ...given } = program.opts();

await runCommand(given, async (context) => {
  const manager = assetDownloadManager;
  try {
    if (clean) return await cleanUp(context, manager);
    if (queue !== undefined) return await queueOne(context, manager, queue);
    if (retry !== undefined) {
      await manager.retryDownload(retry);
      return await follow(context, manager, retry);
    }
    return list(context, manager);
  } finally {
    await manager.stop();
  }
});

async function queueOne(context: Context, manager: AssetDownloadManager, page: string): Promise<ExitCode> {
  if (video === undefined || batch === undefined) {
    throw new ReelError('invalid-input', '--queue needs --video and --batch.');
  }
  await manager.queueDownload(page, video, batch, completedAt === undefined ? new Date() : new Date(completedAt));
  return follow(context, manager, page);
}

/** Waits until the download of a page has ended. */
async function follow({ output, signal }: Context, manager: AssetDownloadManager, page: string): Promise<ExitCode> {
  const unsubscribe = manager.subscribe(({ message, job }) => {
    if (job.notionPageId === page) output.say(message.replace('[Download Manager] ', ''));
  });
  try {
    for (;;) {
      const job = manager.getDownloadStatus(page);
      if (job?.status !== 'pending' && job?.status !== 'downloading') return conclude(output, job);
      if (signal.aborted) return EXIT.failed;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    unsubscribe();
  }
}

function conclude(output: Context['output'], job: DownloadJob | undefined): ExitCode {
  if (!job) return EXIT.failed;
  output.event('download', { ...job });
  output.say(lineOf(job), 'bold');
  return job.status === 'completed' ? EXIT.ok : EXIT.failed;
}

function list({ output, npmRun }: Context, manager: AssetDownloadManager): ExitCode {
  const jobs = manager.listDownloads();
  const summary = manager.getDownloadSummary();
  output.event('downloads', { summary, downloads: jobs });
  for (const job of jobs) output.say(lineOf(job));
  const { pending, downloading, completed, failed, expired } = summary;
  output.say(
    `${count(jobs.length, 'download')}: ${pending + downloading} under way, ${completed} completed, ${failed} failed, ${expired} expired.`,
    'bold',
  );
  if (failed > 0) output.say(`To try a failed one again: ${npmRun('assets', '--retry <page>')}`);
  return EXIT.ok;
}

function lineOf({ notionPageId, soraVideoId, status, downloadedAssets, expiresAt, error }: DownloadJob): string {
  const bytes = downloadedAssets.reduce((sum, { fileSize }) => sum + fileSize, 0);
  const files =
    downloadedAssets.length === 0 ? '' : `, ${count(downloadedAssets.length, 'file')}, ${formatBytes(bytes)}`;
  const isOpen = status === 'pending' || status === 'downloading';
  const until = isOpen ? `, until ${expiresAt.toISOString()}` : '';
  return `${notionPageId}: ${soraVideoId}, ${status}${files}${until}${error === undefined ? '' : `\n  ${error}`}`;
}

async function cleanUp({ output }: Context, manager: AssetDownloadManager): Promise<ExitCode> {
  const removed = await manager.cleanUpVersions({ keep, olderThanDays: olderThan, dryRun });
  output.event('clean', { dryRun: dryRun === true, removed });
  for (const { soraVideoId, version, files, bytes } of removed) {
    output.say(`${soraVideoId} version ${version}: ${count(files.length, 'file')}, ${formatBytes(bytes)}`);
  }
  const bytes = removed.reduce((sum, one) => sum + one.bytes, 0);
  output.say(
    `${count(removed.length, 'version')}, ${formatBytes(bytes)} ${dryRun ? 'would be removed' : 'removed'}.`,
    'bold',
  );
  return EXIT.ok;
}
