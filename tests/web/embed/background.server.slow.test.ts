import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { generateAndStoreVideo } from '#lib/wanx/index.ts';
import { type ServerLog, startReelkeep, stopReelkeep, videoEvents } from '#lib/web/index.ts';
import { AGE_OF_SAIL, HARBOUR, STEAM, wanProject } from '../../fixtures/records/wan-project.ts';

const IDS = [HARBOUR.id, AGE_OF_SAIL.id] as const;

/** A log that keeps what it gets. */
function keptLog() {
  const lines: string[] = [];
  const keep = (level: string) => (facts: object, message: string) =>
    void lines.push(`${level} ${message} ${JSON.stringify(facts)}`);
  const log: ServerLog = { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
  return { log, lines };
}

function start(log?: ServerLog) {
  onTestFinished(() => stopReelkeep());
  startReelkeep({ log });
}

describe('starting', () => {
  it('finishes what an earlier run left, once, however often it is called', async () => {
    const project = await wanProject();
    await project.leave(HARBOUR, AGE_OF_SAIL);
    const { log, lines } = keptLog();
    start(log);
    start(log);
    await expect.poll(() => existsSync(project.videoPath(...IDS))).toBe(true);
    await expect.poll(() => lines.filter((line) => line.startsWith('info video resumed'))).toHaveLength(1);
    expect(project.accepted()).toBe(1);
  });

  it('says once what keeps finished files out of object storage', async () => {
    await wanProject();
    const credentials = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret/value+1' };
    // Nothing listens there.
    const store = { REELKEEP_ASSETS: 's3://films/reel', S3_ENDPOINT: 'http://127.0.0.1:1', ...credentials };
    for (const [name, value] of Object.entries(store)) vi.stubEnv(name, value);
    const { log, lines } = keptLog();
    start(log);
    start(log);
    await expect.poll(() => lines.filter((line) => line.includes('s3://films/reel cannot be used'))).toHaveLength(1);
    expect(lines.join()).not.toContain('secret/value+1');
  });

  it('is one start, also for code that was loaded again', async () => {
    const project = await wanProject();
    await project.leave(HARBOUR, AGE_OF_SAIL);
    const { log, lines } = keptLog();
    start(log);
    vi.resetModules();
    const again = await import('#lib/web/index.ts');
    expect(again.startReelkeep).not.toBe(startReelkeep);
    again.startReelkeep({ log });
    await expect.poll(() => existsSync(project.videoPath(...IDS))).toBe(true);
    await again.stopReelkeep();
    expect(lines.filter((line) => line.includes('video resumed'))).toHaveLength(1);
    // Stopped by the copy, so that the first one starts anew.
    start(log);
    expect((await videoEvents(new Request('http://localhost/', { method: 'HEAD' }))).status).toBe(200);
  });

  it('again after a stop finishes what the stop interrupted', async () => {
    const project = await wanProject();
    project.sandbox.script({ fault: 'never-finishes' });
    start();
    const running = generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    await expect.poll(() => project.stored()[0]?.taskId).toBeDefined();
    const stopping = stopReelkeep();
    start();
    await stopping;
    expect(await running).toMatchObject({ success: false, code: 'aborted' });
    project.sandbox.letFinish('');
    await expect.poll(() => existsSync(project.videoPath(...IDS))).toBe(true);
    expect(project.accepted()).toBe(1);
  });

  it('refuses a misspelt setting, and logs a wrong one, without secrets', async () => {
    const project = await wanProject();
    await project.leave(HARBOUR, AGE_OF_SAIL);
    vi.stubEnv('WANX_BUGDET_USD', '5');
    expect(() => startReelkeep()).toThrow(expect.objectContaining({ code: 'config' }));
    vi.stubEnv('WANX_BUGDET_USD', undefined);
    vi.stubEnv('WANX_BUDGET_USD', 'five');
    const { log, lines } = keptLog();
    start(log);
    await expect.poll(() => lines.join('\n')).toMatch(/^error could not resume .*WANX_BUDGET_USD/m);
    expect(lines.join('\n')).not.toContain(process.env.DASHSCOPE_API_KEY);
  });
});

describe('stopping', () => {
  it('ends at once what was never started', async () => {
    await Promise.all([stopReelkeep(), stopReelkeep()]);
    await stopReelkeep();
  });

  it('waits for a submission on its way, and leaves nothing leased', async () => {
    const project = await wanProject();
    project.sandbox.script({ fault: 'slow-answer', delayMs: 300 });
    let isSent = false;
    const running = generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, ({ stage }) => {
      if (stage === 'submitting') isSent = true;
    });
    await expect.poll(() => isSent && project.stored()[0]?.intent !== undefined).toBe(true);
    await Promise.all([stopReelkeep(), stopReelkeep()]);
    const [record] = project.stored();
    expect(record?.lease).toBeUndefined();
    expect(project.accepted()).toBe(record?.taskId === undefined ? 0 : 1);
    expect(await running).toMatchObject({ success: false, code: 'aborted' });
  });
});

it('the progress of what the app itself orders is sent to every listener', async () => {
  const project = await wanProject();
  project.sandbox.script({ fault: 'never-finishes' });
  project.sandbox.script({ fault: 'slow', bytesPerSecond: 150_000, times: 'always' });
  start();
  const response = await videoEvents(new Request('http://localhost/api/events'));
  const running = generateAndStoreVideo(HARBOUR, STEAM);
  const key = `"key":"${HARBOUR.id}/${STEAM.id}"`;
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (text.includes('"live":{"stage":"generating"')) project.sandbox.letFinish('');
    if (text.includes(key) && /"state":"ready"/.test(text)) break;
  }
  expect((await running).success).toBe(true);
  for (const stage of ['generating', 'downloading']) expect(text).toContain(`"live":{"stage":"${stage}"`);
  expect(text).toMatch(/"bytesReceived":\d+/);
});
