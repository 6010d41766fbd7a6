// `npm run resume`: finishes everything that was ordered and is not here yet. Buys nothing.
import './shared/require-node.js';
import {
  isUnfinished,
  resumeVideos,
  type VideoMetadata,
  videoKey,
  videosAsStored,
  WanxClient,
} from '#lib/wanx/index.ts';
import { type Outcome, showDeadline, showResult, showStillRunning } from './shared/make-video.ts';
import { showMeanwhile } from './shared/meanwhile.ts';
import { type Context, newCommand, runCommand } from './shared/options/command.ts';
import { EXIT, type ExitCode, exitCodeOfAll } from './shared/options/exit-codes.ts';
import { runOptions } from './shared/options/video-options.ts';
import { count, formatDeadline } from './shared/views/format.ts';

const program = newCommand('resume', 'Finishes every video that was ordered and is not on disk yet.')
  .addOption(runOptions.timeout)
  .addOption(runOptions.ifBusy)
  .addOption(runOptions.adopt)
  .parse();

const { timeout, ifBusy, adopt, ...given } = program.opts();

await runCommand(given, async (context) => {
  // Reports once, not for every video, that the records cannot be trusted.
  await resumeVideos({ adopt, only: () => false });
  const unfinished = (await videosAsStored()).filter(isUnfinished);
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

type Ending = Pick<Outcome, 'key' | 'exitCode'>;

async function finish(context: Context, unfinished: readonly VideoMetadata[]): Promise<ExitCode> {
  const byDeadline = [...unfinished].sort((a, b) => deadlineMs(a) - deadlineMs(b));
  // All at once: with a limit, tasks that never end would hold every slot while the link of a finished one expires.
  const endings = await Promise.all(byDeadline.map((record) => finishOne(context, record)));
  const ready = endings.filter(({ exitCode }) => exitCode === EXIT.ok).length;
  const failed = endings.filter(({ exitCode }) => exitCode !== EXIT.ok && exitCode !== EXIT.interrupted);
  const { output } = context;
  output.closeView();
  output.event('summary', { ready, failed: failed.map(({ key }) => key) });
  output.say();
  output.say(`${ready} of ${count(endings.length, 'video')} ready.`, 'bold');
  if (!context.isInterrupted()) return exitCodeOfAll(endings.map(({ exitCode }) => exitCode));
  await showStillRunning(context, new Set(unfinished.map(({ spotId, eraId }) => videoKey(spotId, eraId))));
  return EXIT.interrupted;
}

/** A call for each video: one call for all would report no result until the last of them ends. */
async function finishOne(context: Context, { spotId, eraId }: VideoMetadata): Promise<Ending> {
  const key = videoKey(spotId, eraId);
  const [result] = await resumeVideos({
    signal: context.signal,
    timeoutMs: timeout === undefined ? undefined : timeout * 60_000,
    ifBusy,
    // Requested by a person: no back-off.
    ignoreBackoff: true,
    only: (record) => videoKey(record.spotId, record.eraId) === key,
    onProgress: (_spotId, _eraId, progress) => context.output.progress(key, progress),
    onDeadline: (warning) => showDeadline(context, warning),
  });
  return result ? showResult(context, key, result) : showMeanwhile(context, key);
}

function deadlineMs({ expiresAt }: VideoMetadata): number {
  return expiresAt === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(expiresAt);
}
