// `npm run demo`: three videos from the local sandbox, without a key and without cost.
import './shared/require-node.js';
import { once } from 'node:events';
import { type GenerateOptions, ReelError, type VideoMetadata } from '#lib/wanx/index.ts';
import { serveApp } from './shared/app-server.ts';
import { makeVideo, type Outcome, showStillRunning } from './shared/make-video.ts';
import { type Context, newCommand, runCommand } from './shared/options/command.ts';
import { EXIT, type ExitCode, exitCodeOfAll } from './shared/options/exit-codes.ts';
import { placeOf } from './shared/places.ts';
import { formatBytes, formatSeconds } from './shared/views/format.ts';
import { table } from './shared/views/table.ts';

const ORDERS: ReadonlyArray<{ spotId: string; eraId: string; options: GenerateOptions }> = [
  { spotId: 'eiffel-tower', eraId: '1900', options: { durationSeconds: 5 } },
  { spotId: 'colosseum', eraId: 'imperial', options: { resolution: '1080P', durationSeconds: 8 } },
  { spotId: 'golden-gate', eraId: '1936', options: { ratio: '9:16', durationSeconds: 10 } },
];
// Slow enough to show progress.
const TASK_MS = 4000;
const BYTES_PER_TASK_TIME = 240_000;

const program = newCommand('demo', 'Makes three videos in the local sandbox: no key, no network, no cost.')
  .option('--no-app', 'stop after the files, without building and serving the app')
  .parse();
const given = program.opts();

await runCommand({ ...given, sandbox: true }, runDemo, { tuning: { taskDurationMs: TASK_MS } });

async function runDemo(context: Context): Promise<ExitCode> {
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
  if (given.app) await showApp(context);
  return exitCode;
}

/** Serves the built app on the sandbox: on a terminal until Ctrl-C, elsewhere only long enough to check that it responds. */
async function showApp({ output, signal }: Context): Promise<void> {
  output.say();
  output.say('Building the app to show the videos.');
  // A JSON line for every request belongs in a server's log, not in a demo.
  process.env.REELKEEP_LOG_LEVEL ??= 'warn';
  // Port 0 picks a free one: the default port may be serving real videos.
  const app = await serveApp({ port: 0, host: '127.0.0.1' });
  try {
    const { ok, status } = await fetch(app.address, { signal });
    if (!ok)
      throw new ReelError('network', `The app responded with ${status} at ${app.address}. Try npm start -- --sandbox.`);
    output.event('listening', { address: app.address });
    output.say(`The app is open at ${app.address}`, 'bold');
    if (output.mode !== 'terminal')
      return output.say('Not a terminal, so it stops now. To start it again: npm start -- --sandbox');
    output.say('It uses the sandbox too. Ctrl-C stops it; npm start -- --sandbox starts it again.');
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await app.close();
  }
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
  output.say();
  output.say('Next steps', 'bold');
  output.say(
    `
  See them          open a file above: they are test clips, marked SANDBOX
  Try more          npm run generate -- parthenon classical --sandbox
                    npm run videos -- --sandbox
  Buy real ones     get a key at https://modelstudio.console.alibabacloud.com (Singapore), then
                    export DASHSCOPE_API_KEY=sk-…
                    npm run generate -- eiffel-tower 1900      shows the price, then buys one
                    npm run seed -- --dry-run                  what all missing ones would cost
  In your code      import { generateAndStoreVideo } from '#lib/wanx/index.ts';
                    const result = await generateAndStoreVideo(spot, era);
                    if (result.success) console.log(result.localPath);
  More              README.md`.slice(1),
  );
}
