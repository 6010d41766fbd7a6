// `npm run resume`: finishes everything that was asked for and is not here yet. Buys nothing anew.
import './shared/require-node.js';
import PQueue from 'p-queue';
import { isUnfinished } from '#lib/jobs/job-record.ts';
import { getAllVideoMetadata, resumeVideos, type VideoMetadata, videoKey, WanxClient } from '#lib/wanx/index.ts';
import { type Context, newCommand, runCommand } from './shared/command.ts';
import { EXIT, type ExitCode, exitCodeOfAll } from './shared/exit-codes.ts';
import { count, formatDeadline } from './shared/format.ts';
import { tellDeadline, tellResult, tellStillRunning } from './shared/make-video.ts';
import { videoOptions } from './shared/video-options.ts';

const AT_ONCE = 10;

const program = newCommand('resume', 'Finishes every video that was asked for and is not on disk yet.')
  .addOption(videoOptions.timeout)
  .addOption(videoOptions.ifBusy)
  .parse();

const { timeout, ifBusy, ...given } = program.opts();

await runCommand(given, async (context) => {
  const unfinished = getAllVideoMetadata().filter(isUnfinished);
  if (unfinished.length === 0) {
    context.output.say(`Nothing to finish${context.isSandbox ? ' in the sandbox' : ''}.`);
    context.output.event('summary', { ready: 0, failed: [] });
    return EXIT.ok;
  }
  new WanxClient();
  announce(context, unfinished);
  return finish(context, unfinished);
});

function announce({ output, isSandbox }: Context, unfinished: readonly VideoMetadata[]): void {
  output.say(`${count(unfinished.length, 'video')} to finish${isSandbox ? ' (sandbox)' : ''}:`, 'bold');
  for (const { spotId, eraId, taskId, expiresAt } of unfinished) {
    const deadline = formatDeadline(expiresAt, Date.now());
    const task = taskId === undefined ? 'its submission was never answered' : `task ${taskId}`;
    output.say(`  ${videoKey(spotId, eraId)}  ${task}${deadline === undefined ? '' : `  (${deadline})`}`);
  }
}

async function finish(context: Context, unfinished: readonly VideoMetadata[]): Promise<ExitCode> {
  const queue = new PQueue({ concurrency: AT_ONCE });
  const byDeadline = [...unfinished].sort((a, b) => deadlineMs(a) - deadlineMs(b));
  const exitCodes = await Promise.all(byDeadline.map((record) => queue.add(() => finishOne(context, record))));
  const ready = exitCodes.filter((code) => code === EXIT.ok).length;
  const { output } = context;
  output.closeView();
  output.event('summary', { ready, failed: exitCodes.length - ready });
  output.say();
  output.say(`${ready} of ${count(exitCodes.length, 'video')} ready.`, 'bold');
  if (!context.isInterrupted()) return exitCodeOfAll(exitCodes);
  tellStillRunning(context, new Set(unfinished.map(({ spotId, eraId }) => videoKey(spotId, eraId))));
  return EXIT.interrupted;
}

/** One at a time, so that each result has its name. */
async function finishOne(context: Context, { spotId, eraId }: VideoMetadata): Promise<ExitCode> {
  const key = videoKey(spotId, eraId);
  const [result] = await resumeVideos({
    signal: context.signal,
    timeoutMs: timeout === undefined ? undefined : timeout * 60_000,
    ifBusy,
    // A person asks: no back-off.
    evenIfNotDue: true,
    only: (record) => videoKey(record.spotId, record.eraId) === key,
    onProgress: (_spotId, _eraId, progress) => context.output.progress(key, progress),
    onDeadline: (warning) => tellDeadline(context, warning),
  });
  if (result) return tellResult(context, key, result).exitCode;
  context.output.done(key, `${key}: finished meanwhile by another process`);
  return EXIT.ok;
}

function deadlineMs({ expiresAt }: VideoMetadata): number {
  return expiresAt === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(expiresAt);
}
