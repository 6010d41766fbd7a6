import type { EventEmitter } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ReelError } from '#lib/base/errors.ts';
import { buildApp, isBuilt } from './app-build.ts';

/** The app, listening. */
export interface RunningApp {
  /** URL to open in a browser. */
  address: string;
  /** Stops accepting requests, and resolves when the last one is answered or times out. */
  close(): Promise<void>;
}

export interface ServeOptions {
  /** 0 picks a free one. */
  port: number;
  host: string;
  /** Called before a build, which takes a while. */
  onBuild?: () => void;
}

const ROOT = resolve(import.meta.dirname, '../..');
const CLOSE_TIMEOUT_MS = 3000;

/**
 * Serves the built app from this process, and builds it first if necessary. The app reads the settings of this process, so
 * set them before. Closing it stops its running work; nothing is lost.
 * @throws ReelError `config` if the build fails or the port is in use
 */
export async function serveApp({ port, host, onBuild }: ServeOptions): Promise<RunningApp> {
  if (!isBuilt(ROOT)) {
    onBuild?.();
    await buildApp(ROOT);
  }
  // An upload may take hours; headers still have their minute.
  const server = createServer({ requestTimeout: 0, headersTimeout: 60_000 }, await loadHandler());
  try {
    await listen(server, port, host);
  } catch (error) {
    // Loading the app has already started to resume unfinished work.
    endApp();
    throw error;
  }
  return { address: addressOf(server, host), close: () => close(server) };
}

async function loadHandler(): Promise<RequestListener> {
  const built: { handler?: unknown } = await import(pathToFileURL(join(ROOT, 'build/handler.js')).href);
  const { handler } = built;
  if (typeof handler !== 'function')
    throw new ReelError('config', 'build/ does not contain the app. Delete the folder and start again.');
  return (request, response) => handler(request, response, () => response.writeHead(404).end());
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolveListen, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const isInUse = cause.code === 'EADDRINUSE';
      const advice = isInUse ? 'is in use. Choose another one with PORT.' : `cannot be used (${cause.code}).`;
      reject(new ReelError('config', `Port ${port} on ${host} ${advice}`, { cause }));
    });
    server.listen(port, host, resolveListen);
  });
}

function addressOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  // A browser cannot open every address that a server can listen on.
  const name = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host) ? 'localhost' : host;
  return `http://${name}:${port}`;
}

async function close(server: Server): Promise<void> {
  // First: open pages keep their connections until the app closes them.
  endApp();
  const closed = new Promise<void>((resolveClose) => server.close(() => resolveClose()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
  await closed;
  clearTimeout(timer);
}

/** Emits the event with which the adapter's own server shuts the app down. */
function endApp(): void {
  const shared: EventEmitter = process;
  shared.emit('sveltekit:shutdown', 'closed');
}
