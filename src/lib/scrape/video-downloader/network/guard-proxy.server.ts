import {
  Agent,
  createServer,
  type IncomingMessage,
  type ServerResponse,
  STATUS_CODES,
  request as sendRequest,
} from 'node:http';
import { request as sendSecurely } from 'node:https';
import { connect, type LookupFunction, type Socket } from 'node:net';
import { type Duplex, pipeline, Transform } from 'node:stream';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import { type ProxyServer, type ProxySettings, proxyAuthorization, proxyFor } from '#lib/base/network/proxy.server.ts';
import { openTunnel } from '#lib/base/network/proxy-tunnel.server.ts';
import { assertPublicHost, guardedLookup } from '#lib/capture/http/address-guard.server.ts';
import type { ResolveName } from '#lib/capture/options/resolve-name.ts';
import { forwardableHeaders } from './forwarded-headers.ts';

export interface GuardProxyOptions {
  allowPrivateNetwork: boolean;
  /** The proxies behind this one. */
  proxy?: ProxySettings | undefined;
  resolve?: ResolveName | undefined;
}

/** What has passed through, and what has not. */
export interface Traffic {
  requests: number;
  /** From servers, in this run. */
  bytesReceived: number;
  /** More than this, and everything is cut. */
  mostBytes: number;
  isExhausted: boolean;
  /** The first request that was refused for its address. */
  blocked: ReelError | undefined;
}

export interface GuardProxy {
  url: string;
  traffic: Traffic;
  close(): void;
}

const CONNECT_TIMEOUT_MS = 20_000;

/**
 * A proxy on loopback for a program whose requests must not reach private addresses: it opens a connection only after the
 * capture's own check of the address, for the first request and for whatever redirects, manifests and scripts lead to. What
 * is refused gets a 403.
 */
export async function startGuardProxy(options: GuardProxyOptions): Promise<GuardProxy> {
  const traffic: Traffic = {
    requests: 0,
    bytesReceived: 0,
    mostBytes: Number.POSITIVE_INFINITY,
    isExhausted: false,
    blocked: undefined,
  };
  const lookup = guardedLookup(options);
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set<Duplex>();
  const hop: Hop = { options, traffic, lookup, agent, sockets };
  const server = createServer((request, response) => forward(hop, request, response));
  server.on('connect', (request, socket, head) => void tunnel(hop, request, socket, head));
  server.on('connection', (socket) => track(sockets, socket));
  const port = await listen(server);
  const close = () => {
    for (const socket of sockets) socket.destroy();
    agent.destroy();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, traffic, close };
}

interface Hop {
  options: GuardProxyOptions;
  traffic: Traffic;
  lookup: LookupFunction;
  agent: Agent;
  sockets: Set<Duplex>;
}

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

function track(sockets: Set<Duplex>, socket: Duplex): void {
  sockets.add(socket);
  // A broken connection is reported by whoever waits for its bytes.
  socket.on('close', () => sockets.delete(socket)).on('error', () => {});
}

/** Plain http: the request names its whole URL. */
function forward(hop: Hop, request: IncomingMessage, response: ServerResponse): void {
  const url = URL.parse(request.url ?? '');
  if (url?.protocol !== 'http:') {
    refuse(response, 400);
    return;
  }
  hop.traffic.requests += 1;
  try {
    const outgoing = openRequest(hop, request, url);
    outgoing.on('response', (answer) => passBack(hop, answer, response));
    outgoing.on('error', (error) => fail(hop, error, response));
    response.on('close', () => outgoing.destroy());
    request.pipe(outgoing);
  } catch (error) {
    fail(hop, error, response);
  }
}

function openRequest(hop: Hop, request: IncomingMessage, url: URL) {
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || 80;
  const behind = guard(hop, { secure: false, hostname, port });
  const { method } = request;
  const headers = forwardableHeaders(request.rawHeaders);
  // As it came: a signature may cover its bytes.
  const path = (request.url ?? '').replace(/^http:\/\/[^/?#]*/i, '').replace(/^(?!\/)/, '/');
  if (!behind)
    return sendRequest({ host: hostname, port, path, method, headers, lookup: hop.lookup, agent: hop.agent });
  const login = proxyAuthorization(behind);
  const more = login === undefined ? [] : ['Proxy-Authorization', login];
  const to = { host: behind.hostname, port: behind.port, path: request.url, method, headers: [...headers, ...more] };
  return behind.secure ? sendSecurely(to) : sendRequest(to);
}

function passBack(hop: Hop, answer: IncomingMessage, response: ServerResponse): void {
  const status = answer.statusCode ?? 502;
  response.sendDate = false;
  try {
    response.writeHead(status, answer.statusMessage, forwardableHeaders(answer.rawHeaders));
  } catch (error) {
    // Characters that Node reads, but does not write.
    answer.destroy();
    fail(hop, error, response);
    return;
  }
  // An answer that was cut must look cut on this side, too: `pipeline` then destroys the connection.
  pipeline(answer, counter(hop), response, () => {});
}

/** TLS: only the host is known, and that is what decides. */
async function tunnel(hop: Hop, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  hop.traffic.requests += 1;
  track(hop.sockets, socket);
  try {
    const upstream = await openUpstream(hop, request.url ?? '');
    track(hop.sockets, upstream);
    if (socket.destroyed) return void upstream.destroy();
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    upstream.write(head);
    pipeline(socket, upstream, () => {});
    pipeline(upstream, counter(hop), socket, () => {});
  } catch (error) {
    socket.end(`HTTP/1.1 ${statusFor(hop, error)} Not connected\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  }
}

async function openUpstream(hop: Hop, authority: string): Promise<Socket> {
  const url = URL.parse(`https://${authority}`);
  if (!url) throw new ReelError('network', 'This is not the address of a server.');
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || 443;
  const behind = guard(hop, { secure: true, hostname, port });
  if (behind) return openTunnel(behind, { secure: true, hostname, port }, { timeoutMs: CONNECT_TIMEOUT_MS });
  return await new Promise((resolve, reject) => {
    const upstream = connect({ host: hostname, port, lookup: hop.lookup, timeout: CONNECT_TIMEOUT_MS });
    upstream.once('connect', () => resolve(upstream.setTimeout(0)));
    upstream.once('timeout', () => upstream.destroy(new Error('no connection in time')));
    upstream.once('error', reject);
  });
}

/**
 * Refuses a literal address; names are checked as they are resolved. Returns the proxy behind this one, which resolves names
 * by itself, so that there they cannot be judged.
 */
function guard(hop: Hop, target: { secure: boolean; hostname: string; port: number }): ProxyServer | undefined {
  if (hop.traffic.isExhausted) throw new ReelError('too-large', 'Too much was received.');
  if (!hop.options.allowPrivateNetwork) assertPublicHost(target.hostname);
  return proxyFor(target, hop.options.proxy);
}

function counter({ traffic, sockets }: Hop): Transform {
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      traffic.bytesReceived += piece.length;
      if (traffic.bytesReceived <= traffic.mostBytes) return done(null, piece);
      traffic.isExhausted = true;
      for (const socket of sockets) socket.destroy();
      done();
    },
  });
}

function fail(hop: Hop, error: unknown, response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else refuse(response, statusFor(hop, error));
}

/** 502 reads as a passing fault of the network. */
function statusFor({ traffic }: Hop, error: unknown): number {
  if (!isReelError(error) || error.code !== 'blocked-address') return 502;
  traffic.blocked ??= error;
  return 403;
}

function refuse(response: ServerResponse, status: number): void {
  // With its text: that of an answer that could not be written would stay.
  response.writeHead(status, STATUS_CODES[status], { 'content-length': 0, connection: 'close' });
  response.end();
}
