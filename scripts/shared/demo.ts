import { commandLine, EDITION } from '#lib/base/command-line.ts';
import type { GenerateOptions, VideoMetadata } from '#lib/wanx/index.ts';
import { makeVideo, type Outcome, showStillRunning } from './make-video.ts';
import { type Context, runCommand } from './options/command.ts';
import { EXIT, type ExitCode, exitCodeOfAll } from './options/exit-codes.ts';
import { placeOf } from './places.ts';
import { formatBytes, formatSeconds } from './views/format.ts';
import { table } from './views/table.ts';

const ORDERS: ReadonlyArray<{ spotId: string; eraId: string; options: GenerateOptions }> = [
  { spotId: 'eiffel-tower', eraId: '1900', options: { durationSeconds: 5 } },
  { spotId: 'colosseum', eraId: 'imperial', options: { resolution: '1080P', durationSeconds: 8 } },
  { spotId: 'golden-gate', eraId: '1936', options: { ratio: '9:16', durationSeconds: 10 } },
];
// Slow enough to show progress.
const TASK_MS = 4000;
const BYTES_PER_TASK_TIME = 240_000;

/** Runs the command `demo`. @param end what comes after the videos, if they were made */
export function demo(options: { json?: true | undefined }, end?: (context: Context) => Promise<void>): Promise<void> {
  return runCommand({ ...options, sandbox: true }, (context) => runDemo(context, end), {
    tuning: { taskDurationMs: TASK_MS },
  });
}

async function runDemo(context: Context, end?: (context: Context) => Promise<void>): Promise<ExitCode> {
  const orders = ORDERS.map(({ spotId, eraId, options }) => ({ place: placeOf(spotId, eraId), options }));
  announce(context, orders.length);
  const outcomes = await Promise.all(
    orders.map(({ place, options }) => makeVideo(context, place, { ...options, force: true })),
  );
  if (context.isInterrupted()) {
    await showStillRunning(context, new Set(orders.map(({ place }) => place.key)));
    return EXIT.interrupted;
  }
  context.output.closeView();
  showFiles(context, outcomes);
  const exitCode = exitCodeOfAll(outcomes.map((outcome) => outcome.exitCode));
  if (exitCode !== EXIT.ok) return exitCode;
  showNextSteps(context);
  await end?.(context);
  return exitCode;
}

function announce({ output, sandbox }: Context, videos: number): void {
  const bytesPerSecond = Math.round(BYTES_PER_TASK_TIME / ((sandbox?.taskDurationMs ?? TASK_MS) / 1000));
  sandbox?.own()?.script({ fault: 'slow', bytesPerSecond, times: 'always' });
  output.say(`Demo: ${videos} videos from the local sandbox`, 'bold');
  output.say('The sandbox stands in for the provider on this machine: no API key, no network, no cost.');
  output.say('Each video is submitted, polled, downloaded and verified, just as with the real provider.');
  output.say();
}

function showFiles({ output }: Context, outcomes: readonly Outcome[]): void {
  const ready = outcomes.flatMap(({ result }) => (result.success ? [result.metadata] : []));
  const failed = outcomes.flatMap(({ key, result }) => (result.success ? [] : [key]));
  output.event('summary', { ready: ready.length, failed });
  if (ready.length === 0) return;
  output.say();
  output.say(table(['file', 'size', 'length', 'picture', 'checked'], ready.map(fileRow), { columns: output.columns }));
}

function fileRow({ localPath = '', sizeBytes = 0, receipt, sha256 = '' }: VideoMetadata): string[] {
  const { durationSeconds, width, height } = receipt?.delivered ?? {};
  return [
    localPath,
    formatBytes(sizeBytes),
    formatSeconds(durationSeconds),
    width === undefined ? '' : `${width}x${height}`,
    `SHA-256 ${sha256.slice(0, 8)}…`,
  ];
}

function showNextSteps({ output }: Context): void {
  const line = (command: string, words: string, note = '') =>
    `${commandLine(command, words).padEnd(43)}${note}`.trimEnd();
  output.say();
  output.say('Next steps', 'bold');
  output.say(
    `
  See them          open a file above: they are test clips, marked SANDBOX
  Try more          ${line('generate', 'parthenon classical --sandbox')}
                    ${line('videos', '--sandbox')}
  Buy real ones     get a key at https://modelstudio.console.alibabacloud.com (Singapore), then
                    export DASHSCOPE_API_KEY=sk-…
                    ${line('generate', 'eiffel-tower 1900', 'shows the price, then buys one')}
                    ${line('seed', '--dry-run', 'what all missing ones would cost')}
  In your code      import { generateAndStoreVideo } from '${EDITION === 'app' ? '#lib/wanx/index.ts' : 'reelkeep'}';
                    const result = await generateAndStoreVideo(spot, era);
                    if (result.success) console.log(result.localPath);
  More              README.md`.slice(1),
  );
}
