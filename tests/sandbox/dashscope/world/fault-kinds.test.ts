import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, type FaultName } from '#lib/sandbox/dashscope/world/fault-kinds.ts';
import { received } from '../../../fixtures/sandbox/received.ts';
import { openSandbox, type SandboxClient, TEXT_27 } from '../../../fixtures/sandbox-client.ts';

/** One check for each fault there is: the type leaves none out. Each starts with a fresh sandbox. */
const CHECKS: Record<FaultName, (client: SandboxClient) => Promise<void>> = {
  'lost-submit-answer': async (client) => {
    client.sandbox.script({ fault: 'lost-submit-answer' });
    await expect(client.create(TEXT_27)).rejects.toThrow();
    expect(client.sandbox.counts()).toMatchObject({ accepted: 1, lost: 1 });
    const [row] = (await client.list()).data;
    const [submission] = client.sandbox.submissions();
    expect(row).toMatchObject({ task_id: submission?.taskId, request_id: submission?.requestId });
  },
  'hung-submit-answer': async (client) => {
    client.sandbox.script({ fault: 'hung-submit-answer' });
    const patience = new AbortController();
    const answer = client.call('/services/aigc/video-generation/video-synthesis', {
      method: 'POST',
      headers: { 'x-dashscope-async': 'enable' },
      body: JSON.stringify(TEXT_27),
      signal: patience.signal,
    });
    await until(() => client.sandbox.counts().lost === 1);
    patience.abort();
    await expect(answer).rejects.toThrow();
    expect(client.sandbox.counts()).toMatchObject({ accepted: 1, lost: 1 });
  },
  'dropped-submit': async (client) => {
    client.sandbox.script({ fault: 'dropped-submit' });
    await expect(client.create(TEXT_27)).rejects.toThrow();
    expect(client.sandbox.counts()).toMatchObject({ accepted: 0, dropped: 1, lost: 0 });
    expect(client.sandbox.tasks()).toEqual([]);
  },
  'refuse-401': (client) => refuses(client, 'refuse-401', 401, 'InvalidApiKey'),
  'refuse-404': (client) => refuses(client, 'refuse-404', 404, 'NotFound'),
  'refuse-416': (client) => refuses(client, 'refuse-416', 416, 'InvalidRange'),
  'refuse-429': (client) => refuses(client, 'refuse-429', 429, 'Throttling.RateQuota'),
  'refuse-500': (client) => refuses(client, 'refuse-500', 500, 'InternalError'),
  'refuse-503': (client) => refuses(client, 'refuse-503', 503, 'ModelUnavailable'),
  'drop-answer': async (client) => {
    for (const on of ['submit', 'query', 'list', 'cancel', 'upload'] as const)
      client.sandbox.script({ fault: 'drop-answer', on });
    await expect(client.create(TEXT_27)).rejects.toThrow();
    await expect(client.task('x')).rejects.toThrow();
    await expect(client.list()).rejects.toThrow();
    await expect(client.call('/tasks/x/cancel', { method: 'POST' })).rejects.toThrow();
    await expect(client.call('/uploads?action=getPolicy&model=wan2.7-i2v')).rejects.toThrow();
    expect(client.sandbox.counts()).toMatchObject({ accepted: 0, dropped: 1 });
  },
  redirect: async (client) => {
    const { url } = await client.finishedLink();
    client.sandbox.script({ fault: 'redirect', on: 'download', location: 'http://10.0.0.1/x' });
    const response = await fetch(url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, 'http://10.0.0.1/x']);
  },
  'slow-answer': async (client) => {
    client.sandbox.script({ fault: 'slow-answer', on: 'list', delayMs: 1234 });
    await client.list();
    expect(client.clock.waits).toEqual([1234]);
  },
  'task-unknown': async (client) => {
    client.sandbox.script({ fault: 'task-unknown' });
    const taskId = await client.submit();
    const { output } = await client.task(taskId);
    expect(output).toEqual({ task_id: taskId, task_status: 'UNKNOWN' });
    expect((await client.list()).total).toBe(0);
  },
  moderation: (client) => fails(client, 'moderation', 'DataInspectionFailed'),
  'task-failed': (client) => fails(client, 'task-failed', 'InternalError.Algo'),
  'odd-status': (client) => ends(client, 'odd-status', 'SUSPENDED'),
  'never-finishes': async (client) => {
    await ends(client, 'never-finishes', 'RUNNING');
    expect(client.sandbox.letFinish('no such thing')).toBe(0);
    expect(client.sandbox.letFinish('')).toBe(1);
    expect(client.sandbox.tasks()).toEqual([expect.objectContaining({ status: 'SUCCEEDED' })]);
  },
  cut: async (client) => {
    const { url } = await client.finishedLink();
    client.sandbox.script({ fault: 'cut', atByte: 1000 });
    expect(await received(url)).toEqual({ sizeBytes: 1000, ended: false });
    client.sandbox.script({ fault: 'cut' });
    const sizeBytes = (await received(url)).sizeBytes;
    expect(sizeBytes).toBe(Math.floor((await received(url)).sizeBytes / 2));
  },
  stall: async (client) => {
    const { url } = await client.finishedLink();
    client.sandbox.script({ fault: 'stall', atByte: 1000 });
    expect(await received(url, 1000)).toEqual({ sizeBytes: 1000, ended: false });
    expect(client.sandbox.requests().at(-1)).toMatchObject({ finished: false, faults: ['stall'] });
  },
  'short-body': async (client) => {
    const { url } = await client.finishedLink();
    client.sandbox.script({ fault: 'short-body', atByte: 1000 });
    expect(await received(url)).toEqual({ sizeBytes: 1000, ended: true });
  },
  'expired-link': async (client) => {
    const { taskId, url } = await client.finishedLink();
    client.sandbox.script({ fault: 'expired-link' });
    for (let index = 0; index < 2; index += 1) {
      const { response, bytes } = await client.download(url);
      expect(response.status).toBe(403);
      expect(bytes.toString()).toContain('Request has expired.');
    }
    expect((await client.download(await client.link(taskId))).response.status).toBe(200);
  },
  purged: async (client) => {
    const { url } = await client.finishedLink();
    client.sandbox.script({ fault: 'purged' });
    const { response, bytes } = await client.download(url);
    expect(response.status).toBe(404);
    expect(bytes.toString()).toContain('<Code>NoSuchKey</Code>');
  },
  'xml-body': (client) => delivers(client, 'xml-body', 'application/xml', /^<\?xml/),
  'html-body': (client) => delivers(client, 'html-body', 'text/html', /^<!doctype html>/),
  slow: async (client) => {
    const { url } = await client.finishedLink();
    client.sandbox.script({ fault: 'slow', bytesPerSecond: 20_000 });
    const { bytes } = await client.download(url);
    const waitedMs = client.clock.waits.reduce((sum, ms) => sum + ms, 0);
    expect(waitedMs / 1000).toBeCloseTo(bytes.length / 20_000, 5);
  },
  'changed-etag': async (client) => {
    const { url } = await client.finishedLink();
    const before = await client.download(url);
    client.sandbox.script({ fault: 'changed-etag' });
    const ifMatch = { 'if-match': before.response.headers.get('etag') ?? '' };
    expect((await client.download(url, ifMatch)).response.status).toBe(412);
    const after = await client.download(url);
    expect(after.response.headers.get('etag')).not.toBe(before.response.headers.get('etag'));
    expect(after.bytes.length).toBe(before.bytes.length);
    expect(after.bytes.equals(before.bytes)).toBe(false);
  },
  'wrong-crc': async (client) => {
    const { good, bad } = await compareHeader(client, 'wrong-crc', 'x-oss-hash-crc64ecma');
    expect(bad).toMatch(/^\d+$/);
    expect(bad).not.toBe(good);
  },
  'no-crc': async (client) => {
    expect((await compareHeader(client, 'no-crc', 'x-oss-hash-crc64ecma')).bad).toBeNull();
  },
  'no-length': async (client) => {
    expect((await compareHeader(client, 'no-length', 'content-length')).bad).toBeNull();
  },
  'ignored-range': async (client) => {
    const { url } = await client.finishedLink();
    const whole = (await client.download(url)).bytes;
    client.sandbox.script({ fault: 'ignored-range' });
    const { response, bytes } = await client.download(url, { range: 'bytes=100-' });
    expect(response.status).toBe(200);
    expect(bytes.equals(whole)).toBe(true);
  },
  'shifted-range': async (client) => {
    const { url } = await client.finishedLink();
    client.sandbox.script({ fault: 'shifted-range' });
    const { response, bytes } = await client.download(url, { range: 'bytes=100-199' });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toMatch(/^bytes 0-199\//);
    expect(bytes.length).toBe(200);
  },
  'broken-mp4': async (client) => {
    const { url } = await client.finishedLink();
    const whole = await client.download(url);
    client.sandbox.script({ fault: 'broken-mp4' });
    const { response, bytes } = await client.download(url);
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    expect(response.headers.get('x-oss-hash-crc64ecma')).not.toBe(whole.response.headers.get('x-oss-hash-crc64ecma'));
    expect(bytes.equals(whole.bytes.subarray(0, Math.floor((whole.bytes.length * 2) / 3)))).toBe(true);
    // Of that answer, and not of the task: `times` says how often.
    expect((await client.download(url)).bytes.equals(whole.bytes)).toBe(true);
  },
  gzip: async (client) => {
    const { url } = await client.finishedLink();
    const whole = (await client.download(url)).bytes;
    client.sandbox.script({ fault: 'gzip' });
    const { response, bytes } = await client.download(url);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(bytes.equals(whole)).toBe(true);
    // The stated length is that of the packed bytes: a client that trusts it has to notice.
    expect(Number(response.headers.get('content-length'))).not.toBe(whole.length);
    expect(() => gunzipSync(whole)).toThrow();
  },
};

describe('the fault', () => {
  it.each(Object.keys(FAULT_KINDS) as FaultName[])('%s', async (name) => {
    const client = await openSandbox();
    await CHECKS[name](client);
    // Used up: what comes next goes well.
    expect((await client.create(TEXT_27)).status).toBe(200);
  });
});

describe('what is no fault', () => {
  it.each([
    ['an unknown name', { fault: 'melt' }],
    ['an unknown field', { fault: 'cut', atBytes: 1 }],
    ['a place for a fault that has one', { fault: 'cut', on: 'query' }],
    ['no times at all', { fault: 'cut', times: 0 }],
  ])('refuses %s at once', async (_name, fault) => {
    const { sandbox } = await openSandbox();
    expect(() => Reflect.apply(sandbox.script, sandbox, [fault])).toThrow(
      expect.objectContaining({ code: 'invalid-input' }),
    );
  });
});

async function refuses(client: SandboxClient, fault: FaultName, status: number, code: string): Promise<void> {
  const { taskId, url } = await client.finishedLink();
  client.sandbox.script({ fault });
  client.sandbox.script({ fault, on: 'query', code: 'Chosen', message: 'By the test.' });
  client.sandbox.script({ fault, on: 'download' });
  const submit = await client.create(TEXT_27);
  expect([submit.status, await submit.json()]).toMatchObject([status, { code }]);
  expect(client.sandbox.counts()).toMatchObject({ accepted: 1, refused: 1 });
  const query = await client.call(`/tasks/${taskId}`);
  expect([query.status, await query.json()]).toMatchObject([status, { code: 'Chosen', message: 'By the test.' }]);
  const { response, bytes } = await client.download(url);
  expect(response.status).toBe(status);
  expect(bytes.toString()).toContain(`<Code>${code}</Code>`);
}

async function fails(client: SandboxClient, fault: FaultName, code: string): Promise<void> {
  client.sandbox.script({ fault });
  const taskId = await client.submit();
  expect((await client.task(taskId)).output.task_status).toBe('PENDING');
  client.clock.advance(3000);
  const answer = await client.task(taskId);
  expect(answer.output).toMatchObject({ task_status: 'FAILED', code });
  expect(answer.usage).toBeUndefined();
}

async function ends(client: SandboxClient, fault: FaultName, status: string): Promise<void> {
  client.sandbox.script({ fault });
  const taskId = await client.submit();
  client.clock.advance(3_600_000);
  expect((await client.task(taskId)).output.task_status).toBe(status);
}

async function delivers(client: SandboxClient, fault: FaultName, type: string, start: RegExp): Promise<void> {
  const { url } = await client.finishedLink();
  client.sandbox.script({ fault });
  const { response, bytes } = await client.download(url);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
  expect(bytes.toString()).toMatch(start);
}

async function compareHeader(client: SandboxClient, fault: FaultName, name: string) {
  const { url } = await client.finishedLink();
  const good = await client.download(url);
  client.sandbox.script({ fault });
  const bad = await client.download(url);
  expect(bad.bytes.equals(good.bytes)).toBe(true);
  return { good: good.response.headers.get(name), bad: bad.response.headers.get(name) };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
