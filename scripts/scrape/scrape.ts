// `npm run scrape -- <url>`: downloads a video of another site with yt-dlp, or many of them, and stores them.
import '../shared/require-node.js';
import { ReelError } from '#lib/base/errors.ts';
import { type BatchResult, type DownloadRequest, downloadService, type StoreResult } from '#lib/scrape/index.ts';
import { type Context, newCommand, runCommand } from '../shared/options/command.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../shared/options/exit-codes.ts';
import { numberBetween } from '../shared/options/number-option.ts';
import { count, formatBytes, formatSeconds } from '../shared/views/format.ts';
import { listedRequests, requestsInFile } from './requests.ts';

const program = newCommand('scrape', 'Downloads videos of other sites with yt-dlp, and stores each one once.')
  .argument('[url]', 'of the page or the file')
  .option('--channel <id>', 'the channel: the first part of its name in the store')
  .option('--video <id>', 'the video: the second part')
  .option('--file <path>', 'many videos: one URL a line, or "channel video URL"; - is standard input')
  .option('--channel-url <url>', 'every video of this channel or playlist, under --channel')
  .option('--limit <number>', 'with --channel-url: so many videos at most', numberBetween(1, 1_000_000, true))
  .option('--resume', 'finish what was left open, also by other commands')
  .option('--format <format>', "yt-dlp's -f; default: what every browser plays")
  .option('--max-height <pixels>', 'at most so high', numberBetween(1, 100_000, true))
  .option('--force', 'also what is stored already')
  .addHelpText('after', '\nAfter Ctrl-C, the same command goes on where it was.')
  .parse();

const { channel, video, file, channelUrl, limit, resume, format, maxHeight, force, ...given } = program.opts();
const [url] = program.args;
type Batch = (options: Parameters<typeof downloadService.downloadAll>[1]) => Promise<BatchResult>;

await runCommand(
  given,
  async (context) => {
    assertOneKind();
    try {
      if (url !== undefined) return await storeOne(context, { url, ...idsGiven(), ...wish() });
      return await storeMany(context, batchOf(context.signal));
    } finally {
      await downloadService.stop();
    }
  },
  { need: 'folder' },
);

/** @throws ReelError `invalid-input` */
function assertOneKind(): void {
  const kinds = [url, file, channelUrl, resume].filter((one) => one !== undefined);
  if (kinds.length === 1) return;
  throw new ReelError('invalid-input', 'Give one of: a URL, --file, --channel-url, --resume.');
}

function wish(): Pick<DownloadRequest, 'format' | 'maxHeight'> {
  return { format, maxHeight };
}

/** @throws ReelError `invalid-input` */
function idsGiven(): { channelId: string; videoId: string } {
  if (channel !== undefined && video !== undefined) return { channelId: channel, videoId: video };
  throw new ReelError('invalid-input', 'A URL needs --channel and --video.');
}

function batchOf(signal: AbortSignal): Batch {
  if (resume) return (options) => downloadService.resume(options);
  const wanted = { channel, ...wish() };
  const requests =
    file !== undefined ? requestsInFile(file, wanted) : listedRequests(channelUrl ?? '', { ...wanted, limit, signal });
  return (options) => downloadService.downloadAll(requests, options);
}

async function storeOne({ output, signal, npmRun }: Context, request: DownloadRequest): Promise<ExitCode> {
  const key = keyOf(request);
  const result = await downloadService.downloadAndStore(request, {
    ...{ signal, force },
    onProgress: (progress) => output.progress(key, progress, idsOf(request)),
  });
  show(output, request, result);
  if (result.success) return EXIT.ok;
  if (signal.aborted) {
    output.say(`Nothing is lost. To go on: ${npmRun('scrape', '--resume')}`);
    return EXIT.interrupted;
  }
  return exitCodeOf(result.code);
}

async function storeMany({ output, signal }: Context, batch: Batch): Promise<ExitCode> {
  const result = await batch({
    ...{ signal, force },
    onProgress: (ids, progress) => output.progress(`${ids.channelId}/${ids.videoId}`, progress, ids),
    onResult: (request, one) => show(output, request, one),
  });
  output.closeView();
  const { stored, skipped, failed, stopped } = result;
  output.event('batch', { stored, skipped, failed: failed.length, ...(stopped && { stopped }) });
  output.say(`${count(stored, 'video')} stored, ${skipped} already there, ${failed.length} failed.`, 'bold');
  if (signal.aborted) {
    output.say('Nothing is lost. To go on, give the same command again.');
    return EXIT.interrupted;
  }
  if (stopped) return exitCodeOf(stopped.code);
  if (failed.length === 0) return EXIT.ok;
  return stored + skipped > 0 ? EXIT.someFailed : EXIT.failed;
}

function show(output: Context['output'], request: DownloadRequest, result: StoreResult): void {
  const key = keyOf(request);
  if (!result.success) {
    const { code, error, retryable } = result;
    output.event('failed', { ...idsOf(request), code, error, retryable });
    output.failed(key, `${key}: ${error}`);
    return;
  }
  const { record, skipped } = result;
  output.event('stored', { skipped, video: record });
  const { download_resolution: label, download_duration: seconds, download_size: bytes = 0 } = record;
  const facts = [label, formatSeconds(seconds), formatBytes(bytes)].filter((one) => one !== undefined && one !== '');
  output.done(key, `${key}: ${skipped ? 'stored already' : 'stored'}, ${facts.join(', ')}\n  ${record.download_url}`);
  if (record.download_plays_everywhere === false) output.say('  Not every browser plays this format.');
}

function keyOf({ channelId, videoId }: DownloadRequest): string {
  return `${channelId}/${videoId}`;
}

function idsOf({ channelId, videoId }: DownloadRequest): { channelId: string; videoId: string } {
  return { channelId, videoId };
}
