import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MODEL_FAMILIES } from '#lib/sandbox/dashscope/families/model-families.ts';
import { taskAnswer } from '#lib/sandbox/dashscope/routes/task-answer.ts';
import type { SandboxTask } from '#lib/sandbox/dashscope/world/task-book.server.ts';
import {
  documentedAnswer,
  documentedAnswers,
  documentedList,
  fieldsOf,
  valueAt,
} from '../../../fixtures/dashscope-answers.ts';
import { openSandbox, TEXT_27 } from '../../../fixtures/sandbox-client.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const known = new Set(MODEL_FAMILIES.flatMap(({ models }) => models));
const finished = documentedAnswers.flatMap((documented) =>
  (documented.models ?? []).map((model) => ({ model, ...documented })),
);

it('has a document for every model that it plays', () => {
  const documented = new Set(finished.filter(({ request }) => request).map(({ model }) => model));
  expect([...known].filter((model) => !documented.has(model))).toEqual([]);
});

describe.each(finished.filter(({ model, request }) => known.has(model) && request))(
  'the answer about a finished task of $model',
  ({ model, request, answer, linkAt = '' }) => {
    it('has the fields of the document', async () => {
      const client = await openSandbox();
      const { path, ...rest } = request ?? { path: 'video-generation' };
      const created = await (await client.create({ model, ...rest }, {}, path)).json();
      expect(fieldsOf(created)).toEqual(fieldsOf(documentedAnswer('state-created').answer));
      client.clock.advance(10_000);
      const done = await client.task(created.output.task_id);
      expect(fieldsOf(done)).toEqual(fieldsOf(answer));
      expect(valueAt(done, linkAt)).toMatch(/^http.*\.mp4\?Expires=/);
      // Words, not sizes.
      if (/^(standard|pro)$/.test(String(valueAt(answer, 'usage.video_ratio')))) {
        expect(valueAt(done, 'usage.video_ratio')).toBe(valueAt(answer, 'usage.video_ratio'));
      }
    });
  },
);

const TASK: Omit<SandboxTask, 'model'> = {
  ...{ taskId: 't', requestId: 'r', prompt: 'p', promptExtend: true, tier: '720P', ratio: '16:9' },
  ...{ width: 1280, height: 720, durationSeconds: 5, audio: true, inputSeconds: 0 },
  ...{ mode: 'standard', submittedAtMs: 0, durationMs: 1000, revision: 0, linksSigned: 0, deadLinks: [] },
};
const answerOf = (model: string, status: 'SUCCEEDED' | 'FAILED') =>
  taskAnswer('r', {
    ...{ task: { ...TASK, model }, status, span: { startsAtMs: 0, endsAtMs: 1000 }, zoneOffsetMinutes: 480 },
    videoUrl: 'http://127.0.0.1/v.mp4',
  });

describe.each(finished.filter(({ request }) => request))('whatever it takes on: $model', ({ model, answer }) => {
  it('answers with the fields of the document', () => {
    expect(fieldsOf(answerOf(model, 'SUCCEEDED'))).toEqual(fieldsOf(answer));
  });
});

describe('an answer about a task that', () => {
  async function played(fault?: 'odd-status' | 'task-failed' | 'moderation' | 'task-unknown') {
    const client = await openSandbox();
    if (fault !== undefined) client.sandbox.script({ fault });
    return { client, taskId: await client.submit() };
  }

  it('waits has the fields of the document', async () => {
    const { client, taskId } = await played();
    expect(fieldsOf(await client.task(taskId))).toEqual(fieldsOf(documentedAnswer('state-pending').answer));
  });

  it('runs has the fields of the document', async () => {
    const { client, taskId } = await played();
    client.clock.advance(500);
    expect(fieldsOf(await client.task(taskId))).toEqual(fieldsOf(documentedAnswer('state-running').answer));
  });

  it.each([
    ['odd-status', 'state-suspended'],
    ['task-failed', 'state-failed'],
    ['moderation', 'state-failed'],
    ['task-unknown', 'state-unknown'],
  ] as const)('was scripted as %s has the fields of %s', async (fault, name) => {
    const { client, taskId } = await played(fault);
    client.clock.advance(10_000);
    expect(fieldsOf(await client.task(taskId))).toEqual(fieldsOf(documentedAnswer(name).answer));
  });

  it('was cancelled has the fields of the document', async () => {
    const { client, taskId } = await played();
    await client.call(`/tasks/${taskId}/cancel`, { method: 'POST' });
    expect(fieldsOf(await client.task(taskId))).toEqual(fieldsOf(documentedAnswer('state-canceled').answer));
  });

  it.each([
    ['happyhorse-1.0-r2v', 'state-failed-happyhorse'],
    ['wan2.2-animate-move', 'state-failed-animate'],
    ['video-style-transform', 'state-failed-style-transform'],
  ])('failed, of %s, has the fields of %s', (model, name) => {
    expect(fieldsOf(answerOf(model, 'FAILED'))).toEqual(fieldsOf(documentedAnswer(name).answer));
  });
});

describe('the list', () => {
  it('has rows with the fields of the document', async () => {
    const client = await openSandbox({ seed: 'rows' });
    const kf2v = documentedAnswers.find(({ name }) => name === 'kf2v-2.1')?.request;
    const { path, ...rest } = kf2v ?? { path: 'image2video' };
    await client.create({ model: 'wanx2.1-kf2v-plus', ...rest }, {}, path);
    client.clock.advance(10_000);
    await client.submit(TEXT_27);
    client.clock.advance(500);
    const list = await client.list();
    const optional = /^caller_parent_id/;
    const rowFields = (row: unknown) => fieldsOf(row).filter((field) => !optional.test(field));
    const [ended, running] = documentedList.data;
    expect(list.data.map(rowFields)).toEqual([rowFields(running), rowFields(ended)]);
    expect(list.data.map((row) => valueAt(row, 'user_api_unique_key'))).toEqual([
      'apikey:v1:aigc:video-generation:video-synthesis:wan2.7-t2v',
      'apikey:v1:aigc:image2video:video-synthesis:wanx2.1-kf2v-plus',
    ]);
  });

  it('leaves the parent of the caller out of some rows', async () => {
    const client = await openSandbox({ seed: 'parents', enforceLimits: false });
    for (let index = 0; index < 12; index += 1) await client.submit();
    const have = (await client.list('?page_size=12')).data.map((row) => valueAt(row, 'caller_parent_id') !== undefined);
    expect(new Set(have)).toEqual(new Set([true, false]));
  });

  it('gives no time of a start to a task that was cancelled, and none of an end to one that never ends', async () => {
    const client = await openSandbox();
    client.sandbox.script({ fault: 'never-finishes', match: { prompt: 'harbour' } });
    await client.submit();
    const canceled = await client.submit({ ...TEXT_27, input: { prompt: 'a field' } });
    await client.call(`/tasks/${canceled}/cancel`, { method: 'POST' });
    client.clock.advance(60_000);
    const fields = (await client.list()).data.map((row) => [valueAt(row, 'start_time'), valueAt(row, 'end_time')]);
    expect(fields).toEqual([
      [undefined, undefined],
      [expect.any(Number), undefined],
    ]);
  });
});

describe('what is put in is charged', () => {
  const clip = (seconds?: number) => `https://example.org/1.mp4${seconds === undefined ? '' : `#t=0,${seconds}`}`;
  const video = (type: string, url: string) => ({ media: [{ type, url }] });

  it.each<[string, object, object, [number, number]]>([
    ['wan2.7-r2v', { prompt: 'x', ...video('reference_video', clip()) }, { duration: 10 }, [5, 10]],
    ['wan2.7-r2v', { prompt: 'x', ...video('reference_video', clip(3)) }, { duration: 10 }, [3, 10]],
    ['wan2.7-r2v', { prompt: 'x', ...video('reference_video', clip(20)) }, { duration: 10 }, [5, 10]],
    ['wan2.7-r2v', { prompt: 'x', ...video('reference_image', 'https://example.org/1.png') }, {}, [0, 5]],
    ['wan2.6-r2v', { prompt: 'x', reference_urls: [clip(2), 'https://example.org/1.png'] }, {}, [2, 5]],
    ['wan2.6-r2v', { prompt: 'x', reference_video_urls: [clip(4), clip(4)] }, {}, [5, 5]],
    ['wan2.7-videoedit', { prompt: 'x', ...video('video', clip(9)) }, {}, [9, 5]],
    ['wan2.7-i2v', { prompt: 'x', ...video('first_clip', clip()) }, { duration: 10 }, [0, 10]],
    ['happyhorse-1.0-video-edit', { prompt: 'x', ...video('video', clip(20)) }, {}, [15, 5]],
    ['happyhorse-1.0-r2v', { prompt: 'x', ...video('reference_image', 'https://example.org/1.png') }, {}, [0, 5]],
    ['wan3.0-video', { prompt: 'x', ...video('reference_video', clip(7)) }, {}, [7, 5]],
  ])('%s with %j %j', async (model, input, parameters, [inputSeconds, outputSeconds]) => {
    const client = await openSandbox();
    const taskId = await client.submit({ model, input, parameters });
    client.clock.advance(10_000);
    expect((await client.task(taskId)).usage).toMatchObject({
      duration: inputSeconds + outputSeconds,
      input_video_duration: inputSeconds,
      output_video_duration: outputSeconds,
    });
  });
});

it('refuses the 501st task of a model that would wait, and takes one of another', async () => {
  const statePath = join(temporaryFolder(), 'state.json');
  const options = { statePath, taskDurationMs: 1_000_000 };
  await (await openSandbox(options)).submit();
  // As if it had been submitted 499 times, which the limit of five a second would make long.
  const state = JSON.parse(readFileSync(statePath, 'utf8'));
  const tasks = Array.from({ length: 499 }, (_, index) => ({ ...state.tasks[0], taskId: `t-${index}` }));
  writeFileSync(statePath, JSON.stringify({ ...state, tasks }));
  const client = await openSandbox(options);
  expect([(await client.create(TEXT_27)).status, (await client.create(TEXT_27)).status]).toEqual([200, 429]);
  const other = { model: 'wan3.0-video', input: { prompt: 'x' }, parameters: {} };
  expect((await client.create(other)).status).toBe(200);
  // Five of them begin, and make room.
  client.clock.advance(300_000);
  expect((await client.create(TEXT_27)).status).toBe(200);
});
