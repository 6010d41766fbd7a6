import type { EventEmitter } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ReelError } from '#lib/base/errors.ts';
import { buildApp, isBuilt } from './app-build.ts';

/** The app, listening. */
export interface RunningApp {
  /** To open in a browser. */
  address: string;
  /** Takes no more requests, and resolves when the last one is answered or its time is up. */
  close(): Promise<void>;
}

export interface ServeOptions {
  /** 0 takes any free one. */
  port: number;
  host: string;
  /** Told before a build, which takes a while. */
  onBuild?: () => void;
}

const ROOT = resolve(import.meta.dirname, '../..');
const CLOSE_TIMEOUT_MS = 3000;

/**
 * Serves the built app from this process, building it first where that is needed. The app reads the settings of this
 * process, so set them before; it lets go of its own work when it is closed.
 * @throws ReelError `config` when the build fails or the port is taken
 */
export async function serveApp({ port, host, onBuild }: ServeOptions): Promise<RunningApp> {
  if (!isBuilt(ROOT)) {
    onBuild?.();
    await buildApp(ROOT);
  }
  const server = createServer(await loadHandler());
  try {
    await listen(server, port, host);
  } catch (error) {
    // The app has begun to take up unfinished work when it was loaded.
    endApp();
    throw error;
  }
  return { address: addressOf(server, host), close: () => close(server) };
}

async function loadHandler(): Promise<RequestListener> {
  const built: { handler?: unknown } = await import(pathToFileURL(join(ROOT, 'build/handler.js')).href);
  const { handler } = built;
  if (typeof handler !== 'function') throw new ReelError('config', 'build/ holds no app. Delete it and start again.');
  return (request, response) => handler(request, response, () => response.writeHead(404).end());
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolveListen, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE';
      const advice = taken ? 'is taken. Choose another one with PORT.' : `cannot be used (${cause.code}).`;
      reject(new ReelError('config', `Port ${port} of ${host} ${advice}`, { cause }));
    });
    server.listen(port, host, resolveListen);
  });
}

function addressOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  // What it listens on is not always what a browser can open.
  const name = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host) ? 'localhost' : host;
  return `http://${name}:${port}`;
}

async function close(server: Server): Promise<void> {
  // First: open pages hold their connections until the app lets go of them.
  endApp();
  const closed = new Promise<void>((resolveClose) => server.close(() => resolveClose()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
  await closed;
  clearTimeout(timer);
}

/** As the adapter's own server tells the app. */
function endApp(): void {
  const shared: EventEmitter = process;
  shared.emit('sveltekit:shutdown', 'closed');
}
