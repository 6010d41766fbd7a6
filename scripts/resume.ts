// `npm run resume`: finishes everything that was ordered and is not here yet. Buys nothing.
import './shared/require-node.js';
import { sayStillRunning, sayUnfinished } from './shared/make-video.ts';
import { type Context, newCommand, reportError, runCommand } from './shared/options/command.ts';
import { EXIT, type ExitCode, exitCodeOfAll } from './shared/options/exit-codes.ts';
import { runOptions } from './shared/options/video-options.ts';
import { downloads } from './shared/resume/downloads.ts';
import { fal } from './shared/resume/fal.ts';
import { openAIVideos } from './shared/resume/openai-videos.ts';
import type { Ending, Resumable, Unfinished } from './shared/resume/resumable.ts';
import { uploads } from './shared/resume/uploads.ts';
import { wan } from './shared/resume/wan.ts';
import { count } from './shared/views/format.ts';

const PROVIDERS: readonly Resumable[] = [wan, openAIVideos, fal, downloads, uploads];

const program = newCommand('resume', 'Finishes every video that was ordered and is not on disk yet, of every provider.')
  .addOption(runOptions.timeout)
  .addOption(runOptions.ifBusy)
  .addOption(runOptions.adopt)
  .parse();

const { timeout, ifBusy, adopt, ...given } = program.opts();
const terms = { timeoutMs: timeout === undefined ? undefined : timeout * 60_000, ifBusy, adopt };

await runCommand(given, async (context) => {
  try {
    const all = await Promise.all(PROVIDERS.map((provider) => look(context, provider)));
    const isNothing = all.every(({ unfinished, failure }) => unfinished.length === 0 && failure === undefined);
    if (isNothing) context.output.say(`Nothing to finish${context.isSandbox ? ' in the sandbox' : ''}.`);
    for (const one of all) announce(context, one);
    return conclude(context, await Promise.all(all.map((one) => finish(context, one))));
  } finally {
    await Promise.all(PROVIDERS.map((provider) => provider.stop()));
  }
});

interface Found {
  provider: Resumable;
  unfinished: readonly Unfinished[];
  /** Why nothing can be done for this provider; the others go on. */
  failure?: ExitCode;
}

interface Done extends Found {
  endings: readonly Ending[];
}

async function look(context: Context, provider: Resumable): Promise<Found> {
  try {
    return { provider, unfinished: await provider.list(terms) };
  } catch (error) {
    return { provider, unfinished: [], failure: reportError(error, context.output, context) };
  }
}

function announce(context: Context, { provider: { name, noun, withoutTask }, unfinished }: Found): void {
  if (unfinished.length === 0) return;
  context.output.say(
    `${name}: ${count(unfinished.length, noun)} to finish${context.isSandbox ? ' (sandbox)' : ''}:`,
    'bold',
  );
  sayUnfinished(context, unfinished, withoutTask ?? 'its submission was never answered');
}

async function finish(context: Context, found: Found): Promise<Done> {
  const { provider, unfinished } = found;
  if (unfinished.length === 0) return { ...found, endings: [] };
  try {
    return { ...found, endings: await provider.finish(context, unfinished, terms) };
  } catch (error) {
    return { ...found, endings: [], failure: reportError(error, context.output, context) };
  }
}

async function conclude(context: Context, all: readonly Done[]): Promise<ExitCode> {
  const { output } = context;
  output.closeView();
  const providers = all.map(({ provider, unfinished, endings }) => {
    const ready = endings.filter(({ exitCode }) => exitCode === EXIT.ok).length;
    const stopped: readonly ExitCode[] = [EXIT.ok, EXIT.interrupted];
    const failed = endings.filter(({ exitCode }) => !stopped.includes(exitCode)).map(({ key }) => key);
    return { ...provider, total: unfinished.length, ready, failed };
  });
  output.event('summary', {
    ready: providers.reduce((sum, { ready }) => sum + ready, 0),
    failed: providers.flatMap(({ failed }) => failed),
    providers: Object.fromEntries(providers.map(({ id, ready, failed }) => [id, { ready, failed }])),
  });
  if (providers.some(({ total }) => total > 0)) output.say();
  for (const { name, noun, total, ready } of providers.filter((one) => one.total > 0)) {
    output.say(`${name}: ${ready} of ${count(total, noun)} ready.`, 'bold');
  }
  if (!context.isInterrupted()) return exitCodeOfAll(all.flatMap(codesOf));
  await sayLeft(context, all);
  return EXIT.interrupted;
}

function codesOf({ endings, failure }: Done): ExitCode[] {
  return [...endings.map(({ exitCode }) => exitCode), ...(failure === undefined ? [] : [failure])];
}

/** What of it is still unfinished after Ctrl-C. */
async function sayLeft(context: Context, all: readonly Done[]): Promise<void> {
  try {
    const left = await Promise.all(
      all.map(async ({ provider, unfinished }) => {
        const keys = new Set(unfinished.map(({ key }) => key));
        return (await provider.list(terms)).filter(({ key }) => keys.has(key));
      }),
    );
    sayStillRunning(context, left.flat());
  } catch {
    sayStillRunning(context, undefined);
  }
}
