// `npm start`: serves the app, and builds it first if necessary.
import './shared/require-node.js';
import { once } from 'node:events';
import { readSettings } from '#lib/config.ts';
import { NO_KEY } from '#lib/web/http/no-key.ts';
import { serveApp } from './shared/app-server.ts';
import { type Context, newCommand, numberBetween, runCommand } from './shared/options/command.ts';
import { EXIT, type ExitCode } from './shared/options/exit-codes.ts';
import { whenOrphaned } from './shared/orphan.ts';

const DEFAULT_PORT = 3000;
// Only this machine, unless configured otherwise.
const DEFAULT_HOST = '127.0.0.1';
/** Container runtimes kill after 10 s. Work that is cut off is resumed at the next start. */
const ENDED_WITHIN_MS = 4500;

const program = newCommand('start', 'Serves the app; builds it first if the sources have changed.')
  .option(
    '--port <number>',
    `port; default: PORT, else ${DEFAULT_PORT}; 0 picks a free one`,
    numberBetween(0, 65_535, true),
  )
  .option('--host <address>', `address to listen on; default: HOST, else ${DEFAULT_HOST}`)
  .parse();

const given = program.opts();

await runCommand(given, serve);

async function serve(context: Context): Promise<ExitCode> {
  const { output, isSandbox, signal } = context;
  const orphaned = whenOrphaned();
  const app = await serveApp({
    port: given.port ?? numberBetween(0, 65_535, true)(process.env.PORT?.trim() || String(DEFAULT_PORT)),
    host: given.host ?? (process.env.HOST?.trim() || DEFAULT_HOST),
    onBuild: () => output.say('Building the app, because its sources have changed. This takes about half a minute.'),
  });
  output.event('listening', { address: app.address });
  output.say(`Reelkeep is running at ${app.address}`, 'bold');
  if (readSettings().dashscopeApiKey === undefined) output.say(NO_KEY);
  if (isSandbox) output.say('It uses the sandbox: videos are test clips, cost nothing and go to sandbox-output/.');
  output.say('Ctrl-C stops it; unfinished videos are resumed at the next start.');
  if (!signal.aborted) await Promise.race([once(signal, 'abort'), orphaned]);
  setTimeout(() => process.exit(EXIT.ok), ENDED_WITHIN_MS).unref();
  await app.close();
  return EXIT.ok;
}
