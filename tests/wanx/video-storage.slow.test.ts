import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  downloadVideo,
  type GenerateProgress,
  generateAndStoreVideo,
  getVideoMetadata,
  resumeVideos,
} from '#lib/wanx/index.ts';
import { AGE_OF_SAIL, HARBOUR, STEAM, wanProject } from '../fixtures/records/wan-project.ts';
import { VirtualClock } from '../fixtures/virtual-clock.ts';

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('generateAndStoreVideo', () => {
  it('brings a video from its prompt to a verified file with a record and a receipt', async () => {
    const project = await wanProject();
    const stages: string[] = [];
    const statuses: Array<string | undefined> = [];
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, (progress) => {
      if (stages.at(-1) !== progress.stage) stages.push(progress.stage);
      statuses.push(getVideoMetadata('harbour', 'sail')?.status);
    });
    if (!result.success) throw new Error(result.error);
    expect(result.localPath).toBe('static/videos/harbour-sail.mp4');
    // How often the waiting is told depends on how busy the machine is.
    expect(stages.filter((stage) => stage !== 'queued' && stage !== 'generating')).toEqual([
      'prompt',
      'submitting',
      'downloading',
      'verifying',
      'ready',
    ]);
    expect(new Set(statuses)).toEqual(new Set([undefined, 'generating', 'ready']));
    const path = project.videoPath('harbour', 'sail');
    expect(project.stored()).toMatchObject([
      {
        spotId: 'harbour',
        eraId: 'sail',
        status: 'ready',
        localPath: 'static/videos/harbour-sail.mp4',
        sha256: sha256(path),
        receipt: {
          estimate: { usd: 0.5 },
          charged: { units: 5, usd: 0.5 },
          delivered: { durationSeconds: 5, hasAudio: true },
          differences: [],
        },
      },
    ]);
    expect(result.metadata).toEqual(project.stored()[0]);
    expect(project.stored()[0]?.prompt).toContain('Old Harbour');
    expect(project.stored()[0]?.lease).toBeUndefined();
  });

  it('never writes a signed query or the key to disk', async () => {
    const project = await wanProject();
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    const text = JSON.stringify(project.stored());
    expect(text).not.toMatch(/Signature|OSSAccessKeyId|Expires=|sk-/);
    expect(text).toContain('"videoUrl":"http');
  });

  it('returns a finished video without buying it, and without a key', async () => {
    const project = await wanProject();
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    vi.stubEnv('DASHSCOPE_API_KEY', '');
    const again = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { durationSeconds: 10 });
    expect(again).toMatchObject({ success: true, localPath: 'static/videos/harbour-sail.mp4' });
    expect(project.accepted()).toBe(1);
  });

  it('fetches a finished video again, without paying, when its file is gone', async () => {
    const project = await wanProject();
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    const before = sha256(project.videoPath('harbour', 'sail'));
    rmSync(project.videoPath('harbour', 'sail'));
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL)).toMatchObject({ success: true });
    expect(sha256(project.videoPath('harbour', 'sail'))).toBe(before);
    expect(project.accepted()).toBe(1);
  });

  it('buys anew with force, and keeps the old file until the new one is in place', async () => {
    const project = await wanProject();
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    const path = project.videoPath('harbour', 'sail');
    const old = sha256(path);
    const during = new Set<string>();
    const onProgress = () => during.add(sha256(path));
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { force: true, seed: 7, onProgress });
    expect(result.success).toBe(true);
    expect(project.accepted()).toBe(2);
    expect(sha256(path)).not.toBe(old);
    expect(during).toEqual(new Set([old, sha256(path)]));
    expect(project.stored()[0]?.history).toMatchObject([{ outcome: 'delivered', charged: { usd: 0.5 } }]);
  });

  it('keeps the old file when the new one is refused', async () => {
    const project = await wanProject();
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    project.sandbox.script({ fault: 'moderation' });
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { force: true });
    expect(result).toMatchObject({ success: false, code: 'rejected', retryable: false, taskId: expect.any(String) });
    expect(existsSync(project.videoPath('harbour', 'sail'))).toBe(true);
  });

  it('shares one piece of work between callers in one process', async () => {
    const project = await wanProject();
    const seen: GenerateProgress[][] = [[], []];
    const results = await Promise.all([
      generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, (progress) => seen[0]?.push(progress)),
      generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, (progress) => seen[1]?.push(progress)),
    ]);
    expect(results.map((result) => result.success)).toEqual([true, true]);
    expect(project.accepted()).toBe(1);
    for (const events of seen) expect(events.map((event) => event.stage)).toContain('ready');
  });

  it('works although the callback throws', async () => {
    await wanProject();
    const onProgress = () => {
      throw new Error('the callback is broken');
    };
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, onProgress)).toMatchObject({ success: true });
  });

  it('ends the waiting, not the task, after timeoutMs; resumeVideos finishes it', async () => {
    const clock = new VirtualClock();
    const project = await wanProject({ clock, taskDurationMs: 400 });
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { clock, timeoutMs: 60 });
    expect(result).toMatchObject({ success: false, code: 'timeout', retryable: true, taskId: expect.any(String) });
    if (!result.success) expect(result.error).toMatch(/its result can be fetched for another 1 d, until 20/);
    expect(project.stored()).toMatchObject([{ status: 'generating', taskId: expect.any(String) }]);
    expect(project.stored()[0]?.lease).toBeUndefined();
    expect(await resumeVideos({ clock })).toMatchObject([{ success: true }]);
    expect(project.accepted()).toBe(1);
  });

  it('stops at the signal and leaves the task to be resumed', async () => {
    const project = await wanProject();
    project.sandbox.script({ fault: 'never-finishes' });
    const stop = new AbortController();
    const onProgress = ({ stage }: GenerateProgress) => stage === 'generating' && stop.abort();
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { signal: stop.signal, onProgress });
    expect(result).toMatchObject({ success: false, code: 'aborted' });
    expect(project.stored()).toMatchObject([{ status: 'generating' }]);
    project.sandbox.letFinish('');
    expect(await resumeVideos()).toMatchObject([{ success: true }]);
    expect(project.accepted()).toBe(1);
  });

  it.each(['{', '', '[null]'])('names the task that it has bought when its records become %j', async (text) => {
    const project = await wanProject();
    project.sandbox.script({ fault: 'never-finishes' });
    const onProgress = ({ stage }: GenerateProgress) => {
      if (stage !== 'generating') return;
      writeFileSync(join(project.root, 'src/lib/data/generated-videos.json'), text);
      project.sandbox.letFinish('');
    };
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { onProgress });
    const taskId = project.sandbox.tasks()[0]?.taskId;
    expect(result).toMatchObject({
      success: false,
      code: 'store-corrupt',
      taskId,
      error: expect.stringMatching(/continues; its result/),
    });
  });

  it('takes up the task that is under way instead of buying another, even with force', async () => {
    const project = await wanProject();
    await project.leave(HARBOUR, AGE_OF_SAIL);
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { force: true })).toMatchObject({ success: true });
    expect(project.accepted()).toBe(1);
  });

  it.each([
    ['moderation', 'rejected'],
    ['task-failed', 'provider-failed'],
  ] as const)('records the end of a task that went wrong: %s', async (fault, code) => {
    const project = await wanProject();
    project.sandbox.script({ fault });
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    expect(result).toMatchObject({ success: false, code, taskId: expect.any(String) });
    const receipt = { differences: [expect.stringMatching(/nothing was delivered/)] };
    expect(project.stored()).toMatchObject([{ status: 'failed', errorCode: code, receipt }]);
    expect(existsSync(project.videoPath('harbour', 'sail'))).toBe(false);
    expect(await resumeVideos()).toEqual([]);
  });

  it.each([
    [{ fault: 'refuse-404', on: 'query', times: 1 }, 'not-found'],
    [{ fault: 'refuse-404', on: 'download', times: 2 }, 'expired'],
  ] as const)('gives nothing up over %j, a day before its time: what is paid for is fetched', async (fault, code) => {
    const project = await wanProject();
    project.sandbox.script(fault);
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    expect(result).toMatchObject({ success: false, code, taskId: expect.any(String) });
    const [resumed] = await resumeVideos({ ignoreBackoff: true });
    expect(resumed).toMatchObject({ success: true });
    expect(project.accepted()).toBe(1);
  });

  it('buys a video that failed for good when it is asked for again', async () => {
    const project = await wanProject();
    project.sandbox.script({ fault: 'moderation' });
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL)).toMatchObject({ success: true });
    expect(project.accepted()).toBe(2);
    expect(project.stored()[0]?.history).toMatchObject([{ outcome: 'failed' }]);
  });

  it.each(['cut', 'expired-link', 'changed-etag', 'short-body'] as const)('captures in spite of: %s', async (fault) => {
    const project = await wanProject();
    project.sandbox.script({ fault });
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL)).toMatchObject({ success: true });
    expect(readdirSync(`${project.root}/static/videos`)).toEqual(['.reelkeep-store.json', 'harbour-sail.mp4']);
    expect(project.accepted()).toBe(1);
  });

  it('lets an image choose the model where nobody named one', async () => {
    const project = await wanProject();
    const result = await generateAndStoreVideo(HARBOUR, STEAM, { image: 'https://example.com/harbour.jpg' });
    expect(result).toMatchObject({ success: true, metadata: { model: 'wan2.7-i2v' } });
    expect(project.sandbox.submissions()[0]?.model).toBe('wan2.7-i2v');
  });

  it('sends no credential to the host of the result', async () => {
    const project = await wanProject();
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    const downloads = project.sandbox.requests().filter((request) => request.path.endsWith('.mp4'));
    expect(downloads.length).toBeGreaterThan(0);
    expect(downloads.some((request) => request.sentCredentials)).toBe(false);
  });
});

describe('generateAndStoreVideo refuses before anything is sent', () => {
  it.each([
    ['a spot id that walks out of the folder', { ...HARBOUR, id: '../x' }, AGE_OF_SAIL, {}, 'invalid-input'],
    ['an empty era name', HARBOUR, { ...AGE_OF_SAIL, name: ' ' }, {}, 'invalid-input'],
    ['an unknown model', HARBOUR, AGE_OF_SAIL, { model: 'wan9.9-t2v' }, 'invalid-input'],
    ['a length that the model does not make', HARBOUR, AGE_OF_SAIL, { durationSeconds: 99 }, 'invalid-input'],
  ])('%s', async (_name, spot, era, options, code) => {
    const project = await wanProject();
    const result = await generateAndStoreVideo(spot, era, options);
    expect(result).toMatchObject({ success: false, code, retryable: false });
    expect(project.sandbox.requests()).toEqual([]);
    expect(project.stored()).toEqual([]);
  });

  it('what plain JavaScript may pass: nothing at all', async () => {
    await wanProject();
    const call = generateAndStoreVideo as (spot?: unknown, era?: unknown) => ReturnType<typeof generateAndStoreVideo>;
    expect(await call()).toMatchObject({ success: false, code: 'invalid-input' });
    expect(await call(HARBOUR, null)).toMatchObject({ success: false, code: 'invalid-input', spotId: 'harbour' });
  });

  it.each<[string, string, (path: string) => void]>([
    ['a folder', 'invalid-input', (path) => mkdirSync(path, { recursive: true })],
    ['a symbolic link', 'invalid-input', (path) => symlinkSync('/etc/hostname', path)],
    ['a folder at the name of the part', 'invalid-input', (path) => mkdirSync(`${path}.part`)],
  ])('while %s stands at the final path: %s', async (_name, code, obstruct) => {
    const project = await wanProject();
    const path = project.videoPath('harbour', 'sail');
    mkdirSync(dirname(path), { recursive: true });
    obstruct(path);
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    expect(result).toMatchObject({ success: false, code });
    if (!result.success) expect(result.error).toContain(path);
    expect(project.sandbox.requests()).toEqual([]);
    expect(project.stored()).toEqual([]);
  });

  it('while a folder stands there and a task is under way: with the way back to the task', async () => {
    const project = await wanProject();
    const taskId = await project.leave(HARBOUR, AGE_OF_SAIL);
    const path = project.videoPath('harbour', 'sail');
    mkdirSync(path, { recursive: true });
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    expect(result).toMatchObject({ success: false, code: 'invalid-input', taskId });
    expect(project.stored()).toMatchObject([{ status: 'generating', taskId }]);
  });

  it('while a file stands where the video folder should be', async () => {
    const project = await wanProject();
    writeFileSync(`${project.root}/static`, 'not a folder');
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL)).toMatchObject({ success: false, code: 'disk' });
    expect(project.sandbox.requests()).toEqual([]);
  });

  it('what the budget does not allow, and names its setting', async () => {
    const { accepted } = await wanProject();
    vi.stubEnv('WANX_BUDGET_USD', '0.01');
    const refused = { code: 'budget', error: expect.stringMatching(/\$0\.01 .*WANX_BUDGET_USD/) };
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL)).toMatchObject(refused);
    expect(accepted()).toBe(0);
  });

  it('without a key, and says how to set one and that the sandbox exists', async () => {
    const project = await wanProject();
    vi.stubEnv('DASHSCOPE_API_KEY', '');
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    expect(result).toMatchObject({ success: false, code: 'config' });
    if (!result.success) expect(result.error).toMatch(/DASHSCOPE_API_KEY.*sandbox/s);
    expect(project.sandbox.requests()).toEqual([]);
  });

  it('the second of two keys that spell one file name', async () => {
    const project = await wanProject();
    await generateAndStoreVideo({ ...HARBOUR, id: 'a-b' }, { ...AGE_OF_SAIL, id: 'c' });
    const before = sha256(project.videoPath('a-b', 'c'));
    const twin = await generateAndStoreVideo({ ...HARBOUR, id: 'a' }, { ...STEAM, id: 'b-c' });
    expect(twin).toMatchObject({ success: false, code: 'invalid-input' });
    expect(sha256(project.videoPath('a-b', 'c'))).toBe(before);
    expect(project.accepted()).toBe(1);
  });

  it('while another service made the task: asking here would only say that it is gone', async () => {
    const project = await wanProject();
    await project.leave(HARBOUR, AGE_OF_SAIL);
    vi.stubEnv('DASHSCOPE_HTTP_BASE_URL', 'https://dashscope.aliyuncs.com/api/v1');
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    expect(result).toMatchObject({ success: false, code: 'config' });
    vi.stubEnv('DASHSCOPE_HTTP_BASE_URL', project.sandbox.baseUrl);
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL)).toMatchObject({ success: true });
    expect(project.accepted()).toBe(1);
  });
});

describe('downloadVideo', () => {
  it('captures a link by itself, with what it proved', async () => {
    const project = await wanProject();
    await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    const [task] = project.sandbox.tasks();
    const answer = await fetch(`${project.sandbox.baseUrl}/tasks/${task?.taskId}`, {
      headers: { authorization: `Bearer ${project.sandbox.apiKey}` },
    });
    const { output } = await answer.json();
    const localPath = `${project.root}/other.mp4`;
    const result = await downloadVideo(output.video_url, localPath, { allowPrivateNetwork: true });
    expect(result).toMatchObject({
      localPath,
      sha256: sha256(project.videoPath('harbour', 'sail')),
      verified: expect.arrayContaining(['length', 'crc64', 'mp4']),
      resumedFrom: 0,
      attempts: 1,
    });
    await expect(downloadVideo(output.video_url, localPath)).rejects.toMatchObject({ code: 'blocked-address' });
  });
});
