import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { childEnvironment } from '#lib/scrape/video-downloader/tool/environment.ts';
import { nodeForScripts } from '#lib/scrape/video-downloader/tool/offline-node.server.ts';

const REFUSED = expect.stringContaining('no network');
/** Each is a way that a script may try: to the server at `port`, to any name, or by listening. */
const WAYS = {
  fetch: ['fetch(url)', 'fetch failed'],
  WebSocket: ['new Promise((_, no) => { new WebSocket(url).onerror = () => no(Error("closed")) })', 'closed'],
  net: ['new Promise((yes, no) => require("net").connect(port, "127.0.0.1", yes).on("error", no))', REFUSED],
  'imported net': [
    'import("node:net").then((net) => once(net.createConnection(port, "127.0.0.1"), "connect"))',
    REFUSED,
  ],
  'built-in net': ['once(process.getBuiltinModule("net").connect(port, "127.0.0.1"), "connect")', REFUSED],
  'the class of the output': ['once(new process.stdout.constructor().connect(port, "127.0.0.1"), "connect")', REFUSED],
  tls: ['once(require("tls").connect(port, "127.0.0.1"), "secureConnect")', REFUSED],
  http: ['once(require("http").get(url), "response")', REFUSED],
  http2: ['once(require("http2").connect(url), "connect")', REFUSED],
  dgram: ['new Promise((yes) => require("dgram").createSocket("udp4").send("x", port, "127.0.0.1", yes))', REFUSED],
  'dgram.Socket': ['new (require("dgram").Socket)("udp4")', expect.stringContaining('not a constructor')],
  'dns.lookup': ['require("dns").promises.lookup("localhost")', REFUSED],
  'dns/promises': ['import("dns/promises").then((dns) => dns.resolve4("a.example"))', REFUSED],
  'dns.Resolver': ['new (require("dns").Resolver)()', expect.stringContaining('not a constructor')],
  listening: ['once(require("net").createServer().listen(0), "listening")', REFUSED],
  inspector: ['require("inspector").open(0)', expect.stringContaining('restricted')],
  'another program': ['require("child_process").execFileSync(process.execPath)', expect.stringContaining('restricted')],
  'a thread': ['new (require("worker_threads").Worker)("1", { eval: true })', expect.stringContaining('restricted')],
  bindings: ['process.binding("tcp_wrap")', expect.stringMatching(/binding|restricted/)],
  'a file': ['require("fs").readFileSync(process.execPath)', expect.stringContaining('restricted')],
} as const;

const script = (port: number) => `
const { once } = require('node:events');
const [port, url] = [${port}, 'http://127.0.0.1:${port}/'];
const ways = { ${Object.entries(WAYS).map(([name, [code]]) => `${JSON.stringify(name)}: async () => ${code}`)} };
const tried = Object.entries(ways).map(async ([name, way]) => [name, await way().then(() => 'done', (error) => error.message)]);
Promise.all(tried).then((all) => { console.log(JSON.stringify(Object.fromEntries(all))); process.exit(); });
`;

/** As yt-dlp starts it: the script comes by standard input, and anything on standard error is a failure. */
function run(code: string): Promise<{ out: string; errors: string }> {
  return new Promise((resolve) => {
    const options = { env: childEnvironment({ PATH: process.env.PATH ?? '' }) };
    const child = execFile(process.execPath, ['--permission', '-'], options, (_error, out, errors) =>
      resolve({ out, errors }),
    );
    child.stdin?.end(code);
  });
}

it('a script of a page reaches nothing', async () => {
  const seen: string[] = [];
  const server = createServer((socket) => {
    seen.push('a connection');
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const datagrams = createSocket('udp4').on('message', () => seen.push('a datagram'));
  await new Promise<void>((resolve) => datagrams.bind(port, '127.0.0.1', resolve));
  onTestFinished(() => void server.close(() => datagrams.close()));
  const { out, errors } = await run(script(port));
  expect(errors).toBe('');
  expect(JSON.parse(out)).toEqual(Object.fromEntries(Object.entries(WAYS).map(([name, [, end]]) => [name, end])));
  expect(seen).toEqual([]);
});

it('and still computes', async () => {
  expect(await run('console.log(JSON.stringify(new Function("return 6 * 7")()))')).toEqual({ out: '42\n', errors: '' });
});

it('is this Node, and none in Electron, where the network would not be taken away', () => {
  expect(nodeForScripts()).toBe(process.execPath);
  expect(nodeForScripts({ ...process.versions, electron: '40.0.0' })).toBeUndefined();
});
