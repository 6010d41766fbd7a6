import type { ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readSettings } from '#lib/config.ts';
import {
  type GenerateResult,
  generateAndStoreVideo,
  getVideoMetadata,
  rescueTask,
  resumeVideos,
} from '#lib/wanx/index.ts';
import { orphanFolder, orphanPath } from '#lib/wanx/videos/orphans.server.ts';
import { makeMp4, withoutTimescale } from '../../fixtures/mp4/mp4.ts';
import { AGE_OF_SAIL, HARBOUR } from '../../fixtures/records/wan-project.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { KEY } from '../../fixtures/wire/dashscope.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

interface Oddity {
  taskId?: string;
  usage?: unknown;
  submitTime?: string;
  video?: Buffer;
}

/** A project whose provider makes one task after the other, with odd words about it. */
async function oddProvider(oddity: Oddity) {
  const { taskId = 'task', usage, submitTime, video = await makeMp4({ sizeBytes: 4000 }) } = oddity;
  const known = new Map<string, string>();
  const origin = await loopback((request, response) => {
    if (request.url === '/video.mp4')
      return void response.writeHead(200, { 'content-length': video.length }).end(video);
    request.resume();
    if (request.method === 'POST') {
      const id = known.size === 0 ? taskId : `${taskId}-${known.size + 1}`;
      known.set(`/api/v1/tasks/${encodeURIComponent(id)}`, id);
      return answer(response, { output: { task_id: id, task_status: 'PENDING' } });
    }
    const id = known.get(request.url ?? '');
    const state = id === undefined ? 'UNKNOWN' : 'SUCCEEDED';
    const output = {
      task_id: id ?? '?',
      task_status: state,
      submit_time: submitTime,
      video_url: `${origin}/video.mp4`,
    };
    answer(response, { output, usage });
  });
  useProvider(origin);
  return { bought: () => known.size };
}

/** An empty project that asks this provider. */
function useProvider(origin: string): void {
  const environment = {
    DASHSCOPE_API_KEY: KEY,
    DASHSCOPE_HTTP_BASE_URL: origin,
    WANX_ALLOW_PRIVATE_NETWORK: '1',
    WANX_POLL_INTERVAL_MS: '10',
    WANX_PROJECT_ROOT: temporaryFolder(),
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

function answer(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const generate = (): Promise<GenerateResult> => generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
const record = () => getVideoMetadata(HARBOUR.id, AGE_OF_SAIL.id);

it.each(['video:0198.7f', 'eu/west/7', 'a?b=c#d', '%2e%2e', 'é 1'])('captures the task %s', async (taskId) => {
  const { bought } = await oddProvider({ taskId });
  expect(await generate()).toMatchObject({ success: true, metadata: { status: 'ready', taskId } });
  expect(bought()).toBe(1);
});

it('keeps a bought task that it cannot ask for, and buys no other', async () => {
  const { bought } = await oddProvider({ taskId: '..' });
  for (let time = 1; time <= 2; time += 1) {
    expect(await generate()).toMatchObject({ success: false, code: 'invalid-input', taskId: '..' });
    expect(record()).toMatchObject({ status: 'failed', taskId: '..', retries: { count: time } });
  }
  expect(record()?.receipt).toBeUndefined();
  expect(bought()).toBe(1);
});

it('rescues a task with an odd name into one file of the folder of orphans', async () => {
  const { bought } = await oddProvider({ taskId: 'eu/video:7' });
  // Else it would still be there as a former film.
  vi.stubEnv('WANX_KEEP_VERSIONS', '0');
  await generate();
  await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { force: true });
  expect(bought()).toBe(2);
  const localPath = 'static/videos/orphans/eu%2Fvideo%3A7.mp4';
  expect(await rescueTask('eu/video:7')).toMatchObject({ taskId: 'eu/video:7', localPath });
});

it.each(['..', 'a/../../b', './a', 'a//b', 'a%2Fb', `${'/'.repeat(70)}a`])(
  'rescues nothing called %j',
  async (taskId) => {
    await oddProvider({});
    await expect(rescueTask(taskId)).rejects.toMatchObject({ code: 'invalid-input' });
  },
);

it.each([
  ['a path', '../../../etc/hosts'],
  ['a long one', 'x'.repeat(5000)],
  ['half a character', '\ud800'],
])('has a file name of its own for a task that is called %s', async (_name, taskId) => {
  await oddProvider({});
  const settings = readSettings();
  expect(dirname(orphanPath(settings, taskId))).toBe(orphanFolder(settings));
  expect(basename(orphanPath(settings, taskId)).length).toBeLessThan(210);
});

describe('a project whose provider', () => {
  /** What comes of a submission and of each look at its task; the last answer for ever. */
  async function answering(created: string, ...looks: string[]) {
    const video = await makeMp4({ sizeBytes: 4000 });
    let asked = 0;
    let bought = 0;
    const origin = await loopback((request, response) => {
      if (request.url === '/video.mp4') return void response.end(video);
      request.resume();
      if (request.method === 'POST') {
        bought += 1;
        return void response.end(created);
      }
      asked += 1;
      const look = looks[Math.min(asked, looks.length) - 1] ?? '{}';
      response.end(look.replaceAll('LINK', `${origin}/video.mp4`));
    });
    useProvider(origin);
    return { bought: () => bought };
  }
  const done = '{"output":{"task_id":"t-1","task_status":"SUCCEEDED","video_url":"LINK"}}';

  it.each([
    ['results.video_url', '{"output":{"task_id":"t-1","task_status":"SUCCEEDED","results":{"video_url":"LINK"}}}'],
    ['output_video_url', '{"output":{"task_id":"t-1","task_status":"SUCCEEDED","output_video_url":"LINK"}}'],
    ['a list', '{"output":{"task_id":"t-1","task_status":"SUCCEEDED","results":[{"code":"E"},{"url":"LINK"}]}}'],
    ['an answer without the id', '{"output":{"task_status":"Succeeded","video_url":"LINK"}}'],
    ['an answer with a byte order mark', `\ufeff${done}`],
  ])('puts the link in %s has its film captured', async (_name, look) => {
    await answering('{"output":{"task_id":"t-1","task_status":"PENDING"}}', look);
    expect(await generate()).toMatchObject({ success: true, metadata: { status: 'ready', taskId: 't-1' } });
  });

  it.each([
    ['without a status', '{"output":{"task_id":"t-1"}}', 't-1'],
    ['with a new status', '{"output":{"task_id":"t-1","task_status":"ACCEPTED"}}', 't-1'],
    ['as a number', '{"output":{"task_id":9007199254740993,"task_status":"PENDING"}}', '9007199254740993'],
  ])('names the task %s has it bought once, and captured', async (_name, created, taskId) => {
    const { bought } = await answering(created, done);
    expect(await generate()).toMatchObject({ success: true, metadata: { status: 'ready', taskId } });
    expect(bought()).toBe(1);
  });

  it('says "succeeded" without any link keeps the task, which is looked at again and never bought anew', async () => {
    const noLink = '{"output":{"task_id":"t-1","task_status":"SUCCEEDED"}}';
    const { bought } = await answering('{"output":{"task_id":"t-1","task_status":"PENDING"}}', noLink, noLink, done);
    const kept = { success: false, code: 'provider-failed', retryable: true, taskId: 't-1' };
    expect(await generate()).toMatchObject(kept);
    expect(record()).toMatchObject({
      status: 'failed',
      taskId: 't-1',
      retries: { count: 1, nextAt: expect.any(String) },
    });
    expect(record()?.receipt).toBeUndefined();
    expect(await generate()).toMatchObject(kept);
    expect(await resumeVideos({ ignoreBackoff: true })).toMatchObject([{ success: true, metadata: { taskId: 't-1' } }]);
    expect(bought()).toBe(1);
  });
});

const unknownCharge = { charged: { usd: null } };
it.each<[string, Oddity, object]>([
  ['is charged for less than nothing', { usage: { duration: -1 } }, unknownCharge],
  ['is charged without end', { usage: { duration: '1e999' } }, unknownCharge],
  ['is charged beyond all money', { usage: { duration: 1e308 } }, { charged: { units: 1e308, usd: null } }],
  ['was submitted before Christ', { submitTime: '-200000-01-01 00:00:00' }, unknownCharge],
])('a video that %s is ready all the same', async (_name, oddity, receipt) => {
  await oddProvider(oddity);
  expect(await generate()).toMatchObject({ success: true, metadata: { status: 'ready', receipt } });
});

it('a video that plays for no number of seconds is ready all the same', async () => {
  await oddProvider({ usage: { duration: 5 }, video: withoutTimescale(await makeMp4()) });
  expect(await generate()).toMatchObject({ success: true, metadata: { receipt: { delivered: { width: 320 } } } });
  expect(record()?.receipt?.delivered).not.toHaveProperty('durationSeconds');
});
