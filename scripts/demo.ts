// `npm run demo`: three videos from the local sandbox, without a key and without cost.
import './shared/require-node.js';
import { once } from 'node:events';
import { ReelError } from '#lib/wanx/index.ts';
import { serveApp } from './shared/app-server.ts';
import { demo } from './shared/demo.ts';
import { type Context, newCommand } from './shared/options/command.ts';

const program = newCommand('demo', 'Makes three videos in the local sandbox: no key, no network, no cost.')
  .option('--no-app', 'stop after the files, without building and serving the app')
  .parse();
const given = program.opts();

await demo(given, given.app ? showApp : undefined);

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
