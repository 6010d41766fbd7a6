import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

type Command = ChildProcessByStdio<null, Readable, Readable>;

function run(...options: string[]): Command {
  const child = spawn(process.execPath, ['scripts/sandbox.ts', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Everything up to the line that comes last, without waiting for the end of the output. */
async function announcement({ stdout }: Command): Promise<string> {
  let seen = '';
  for await (const piece of stdout) {
    seen += piece;
    if (seen.includes('Ctrl-C')) return seen;
  }
  return seen;
}

it.each(['SIGINT', 'SIGTERM'] as const)('prints the environment to use and ends cleanly on %s', async (signal) => {
  const child = run('--port', '0', '--task-seconds', '0.5');
  const gone = once(child, 'exit');
  const seen = await announcement(child);
  // Pasted as a whole, as somebody would.
  const { stdout: pasted } = await promisify(execFile)('sh', ['-eu', '-c', `${seen}\nenv`], { env: {} });
  const [, port] = /^DASHSCOPE_HTTP_BASE_URL=http:\/\/127\.0\.0\.1:(\d+)\/api\/v1$/m.exec(pasted) ?? [];
  const [, key] = /^DASHSCOPE_API_KEY=(\S+)$/m.exec(pasted) ?? [];
  expect(pasted).toMatch(/^WANX_ALLOW_PRIVATE_NETWORK=1$/m);
  expect(seen.match(/^export /gm)).toHaveLength(7);
  const [, page] = /^# Notion pages to use: (\S+)/m.exec(seen) ?? [];
  const [, notion] = /^NOTION_BASE_URL=(\S+)$/m.exec(pasted) ?? [];
  const [, token] = /^NOTION_TOKEN=(\S+)$/m.exec(pasted) ?? [];
  const headers = { authorization: `Bearer ${token}`, 'notion-version': '2026-03-11' };
  expect((await fetch(`${notion}/v1/pages/${page}`, { headers })).status).toBe(200);
  expect(pasted).toMatch(new RegExp(`^FAL_QUEUE_BASE_URL=http://127.0.0.1:${port}/fal/queue$`, 'm'));
  expect(pasted).toMatch(new RegExp(`^OPENAI_VIDEOS_BASE_URL=http://127.0.0.1:${port}/v1$`, 'm'));
  expect(seen).toMatch(/sandbox output.*nothing is charged/s);
  const probe = await fetch(`http://127.0.0.1:${port}/api/v1/tasks`, { headers: { authorization: `Bearer ${key}` } });
  expect(probe.status).toBe(200);
  child.kill(signal);
  expect(await gone).toEqual([0, null]);
});

it('says that the port is taken and exits with 2', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  onTestFinished(() => void holder.close());
  const address = holder.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const child = run('--port', port);
  const [[code], errors] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
  expect([code, errors]).toEqual([2, expect.stringContaining(`The port ${port} is taken.`)]);
});

it.each<[string[], number]>([
  [[], 200],
  [['--strict'], 400],
])('with %j answers a misspelt field with %i', async (options, status) => {
  const child = run('--port', '0', ...options);
  const [, baseUrl] = /BASE_URL=(\S+)/.exec(await announcement(child)) ?? [];
  const response = await fetch(`${baseUrl}/services/aigc/video-generation/video-synthesis`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-x', 'content-type': 'application/json', 'x-dashscope-async': 'enable' },
    body: JSON.stringify({ model: 'wan2.7-t2v', input: { promt: 'x', prompt: 'x' } }),
  });
  expect(response.status).toBe(status);
});

it.each([
  ['--port', 'x'],
  ['--task-seconds', '-1'],
  ['--nonsense', '1'],
])('refuses %s %s with exit code 2', async (...options) => {
  const child = run(...options);
  const [[code], errors] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
  expect([code, errors]).toEqual([2, expect.stringContaining(options[0] ?? '')]);
});
