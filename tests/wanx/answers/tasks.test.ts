import { describe, expect, it } from 'vitest';
import { taskOf } from '#lib/wanx/answers/task.ts';
import { errorOf, taskPageOf, uploadPolicyOf } from '#lib/wanx/answers/tasks.ts';

const output = { task_id: 't-1', task_status: 'SUCCEEDED' };

describe('taskOf', () => {
  it('reads a full answer and keeps it', () => {
    const body = {
      output: {
        ...output,
        video_url: 'https://x/v.mp4?Signature=a%2Bb',
        orig_prompt: 'p',
        submit_time: '2026-11-21 08:00:00.000',
        new_field: 1,
      },
      usage: { duration: 5.0, input_video_duration: 0, output_video_duration: 5, SR: 720, size: '1280*720', fps: 30 },
      request_id: 'r-1',
      extra: true,
    };
    expect(taskOf(body)).toEqual({
      taskId: 't-1',
      status: 'SUCCEEDED',
      videoUrl: 'https://x/v.mp4?Signature=a%2Bb',
      prompt: 'p',
      submitTimeText: '2026-11-21 08:00:00.000',
      requestId: 'r-1',
      usage: {
        durationSeconds: 5,
        outputSeconds: 5,
        resolution: '720P',
        size: '1280*720',
        framesPerSecond: 30,
        raw: body.usage,
      },
      raw: body,
    });
  });

  it.each([
    [
      '2.5 and older',
      { video_duration: 5, video_ratio: '832*480', video_count: 1 },
      { durationSeconds: 5, size: '832*480' },
    ],
    [
      '2.6',
      { duration: 10, SR: '1080', size: '1920*1080' },
      { durationSeconds: 10, resolution: '1080P', size: '1920*1080' },
    ],
    ['2.7', { duration: 5, SR: 720, ratio: '16:9' }, { durationSeconds: 5, resolution: '720P', ratio: '16:9' }],
    [
      '3.0',
      { duration: 5.04, SR: '720P', fps: 30 },
      { durationSeconds: 5.04, resolution: '720P', framesPerSecond: 30 },
    ],
    ['a sample full of blanks', { duration: 5, video_duration: 0, video_ratio: '', SR: '' }, { durationSeconds: 5 }],
    ['numbers as text', { duration: '5', SR: '480p' }, { durationSeconds: 5, resolution: '480P' }],
    ['amounts below zero', { duration: -1, input_video_duration: -5, output_video_duration: -0.1, fps: -30 }, {}],
    ['a wrong amount beside a right one', { duration: -1, video_duration: 5 }, { durationSeconds: 5 }],
    ['nonsense in what is only informative', { duration: {}, SR: [], fps: 'fast', ratio: 7 }, {}],
  ])('reads the usage of %s', (_name, usage, expected) => {
    expect(taskOf({ output, usage })?.usage).toEqual({ ...expected, raw: usage });
  });

  it.each([
    ['nulls', { output: { ...output, video_url: null, orig_prompt: null, code: null }, usage: null, request_id: null }],
    ['nothing but the two fields', { output }],
    ['empty texts', { output: { ...output, video_url: '', message: '' } }],
    [
      'wrong types where it does not matter',
      { output: { ...output, submit_time: 5, orig_prompt: {} }, usage: [], request_id: 9 },
    ],
  ])('takes %s', (_name, body) => {
    expect(taskOf(body)).toEqual({ taskId: 't-1', status: 'SUCCEEDED', raw: body });
  });

  it.each(['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'UNKNOWN'])('knows %s', (status) => {
    const task = taskOf({ output: { task_id: 't-1', task_status: status } });
    expect(task?.status).toBe(status);
    expect(task).not.toHaveProperty('unrecognisedStatus');
  });

  it.each([
    ['succeeded', 'SUCCEEDED'],
    ['Success', 'SUCCEEDED'],
    ['CANCELLED', 'CANCELED'],
    ['cancelled', 'CANCELED'],
    ['canceled', 'CANCELED'],
    ['Failed', 'FAILED'],
    ['unknown', 'UNKNOWN'],
    [' pending\n', 'PENDING'],
    ['running', 'RUNNING'],
  ])('reads the spelling %j as %s', (word, status) => {
    const task = taskOf({ output: { task_id: 't-1', task_status: word } });
    expect(task).toEqual({ taskId: 't-1', status, raw: expect.anything() });
    const [row] = taskPageOf({ data: [{ task_id: 't-1', status: word }] })?.tasks ?? [];
    expect(row).toEqual({ taskId: 't-1', status, raw: expect.anything() });
  });

  it.each([
    ['no status', {}, { status: 'PENDING' }],
    ['a status that is no text', { task_status: 7 }, { status: 'PENDING' }],
    ['a status that nobody knows', { task_status: 'ACCEPTED' }, { status: 'RUNNING', unrecognisedStatus: 'ACCEPTED' }],
    ['a link and no status', { video_url: 'https://x/v.mp4' }, { status: 'SUCCEEDED', videoUrl: 'https://x/v.mp4' }],
  ])('keeps an id that comes with %s', (_name, rest, expected) => {
    const body = { output: { task_id: 't-1', ...rest } };
    expect(taskOf(body)).toEqual({ taskId: 't-1', ...expected, raw: body });
  });

  it('takes a number for an id', () => {
    expect(taskOf({ output: { task_id: 7, task_status: 'PENDING' } })?.taskId).toBe('7');
    expect(taskPageOf({ data: [{ task_id: 7 }] })?.tasks[0]?.taskId).toBe('7');
  });

  it.each([
    ['a status', { task_status: 'RUNNING' }, { status: 'RUNNING' }],
    ['a status and an empty id', { task_id: '', task_status: 'PENDING' }, { status: 'PENDING' }],
    ['a link', { video_url: 'https://x/v.mp4' }, { status: 'SUCCEEDED' }],
    ['another spelling of its id', { task_id: 'T-1', task_status: 'RUNNING' }, { status: 'RUNNING' }],
  ])('knows the task that was asked for by %s', (_name, output, expected) => {
    expect(taskOf({ output }, 't-1')).toMatchObject({ taskId: 't-1', ...expected });
  });

  it.each([[{}], [{ output: {} }], [{ output: { task_id: null, video_url: '' } }], [{ code: 'X', message: 'y' }]])(
    'takes %j for nothing, whatever was asked for',
    (body) => {
      expect(taskOf(body, 't-1')).toBeUndefined();
    },
  );

  it.each([
    ['beside the status', { output: { code: 'A', message: 'a' }, code: 'B', message: 'b' }],
    ['only at the top', { code: 'A', message: 'a' }],
    ['in the list of results', { output: { results: [{ code: 'A', message: 'a' }] } }],
    ['at the top, with blanks beside the status', { output: { code: '', message: null }, code: 'A', message: 'a' }],
  ])('reads why a task failed %s', (_name, { output: more = {}, ...top }: Record<string, unknown>) => {
    const body = { ...top, output: { task_id: 't-1', task_status: 'FAILED', ...(more as object) } };
    expect(taskOf(body)).toMatchObject({ status: 'FAILED', code: 'A', message: 'a' });
  });

  it('takes no code at the top for the failure of a task that goes on', () => {
    expect(taskOf({ output, code: 'Success', message: 'ok' })).not.toHaveProperty('code');
  });

  it.each<[string, object, string | undefined]>([
    ['results.video_url', { results: { video_url: 'http://x/1' } }, 'http://x/1'],
    ['output_video_url', { output_video_url: 'https://x/2' }, 'https://x/2'],
    [
      'the first result with a URL and no code',
      { results: [{ code: 'E', message: 'm' }, { url: 'https://x/3' }] },
      'https://x/3',
    ],
    [
      'no result that failed',
      {
        results: [
          { url: 'https://x/1', code: 'E' },
          { url: 'https://x/4', code: '' },
        ],
      },
      'https://x/4',
    ],
    ['video_url first', { video_url: 'https://x/5', results: { video_url: 'https://x/1' } }, 'https://x/5'],
    ['another place when one is blank', { video_url: '', results: [], output_video_url: 'https://x/6' }, 'https://x/6'],
    ['another place when one is no URL', { video_url: 'none', results: { url: 'https://x/7' } }, 'https://x/7'],
    ['not the watermarked film', { video_url: 'https://x/8', watermark_video_url: 'https://x/1' }, 'https://x/8'],
    ['nowhere', { results: [{ code: 'E' }, null, 5, 'x'], output_video_url: null }, undefined],
  ])('finds the link: %s', (_name, where, videoUrl) => {
    expect(taskOf({ output: { ...output, ...where } })?.videoUrl).toBe(videoUrl);
  });

  it.each(['SUSPENDED', 'THROTTLED', ''])('takes "%s" for not over', (status) => {
    const task = taskOf({ output: { task_id: 't-1', task_status: status } });
    expect(task).toMatchObject({ status: 'RUNNING', unrecognisedStatus: status });
  });

  it.each([
    [undefined],
    [null],
    ['text'],
    [[]],
    [{}],
    [{ output: null }],
    [{ output: { task_status: 'PENDING' } }],
    [{ output: { task_id: '', task_status: 'PENDING' } }],
    [{ output: { task_id: {}, task_status: 'PENDING' } }],
    [{ code: 'InvalidApiKey', message: 'x' }],
  ])('does not take %j for a task', (body) => {
    expect(taskOf(body)).toBeUndefined();
  });
});

describe('errorOf', () => {
  it.each([
    [
      { code: 'A', message: 'm', request_id: 'r' },
      { code: 'A', message: 'm', requestId: 'r' },
    ],
    [
      { error: { code: 'a_b', message: 'm', type: 't', param: null }, request_id: 'r' },
      { code: 'a_b', message: 'm', requestId: 'r' },
    ],
    [
      { error: { type: 'invalid_request_error', message: 'm', code: null } },
      { code: 'invalid_request_error', message: 'm' },
    ],
    [{ code: 7, message: null }, {}],
    [undefined, {}],
    ['<html>', {}],
    [{ error: 'text' }, {}],
  ])('reads %j', (body, expected) => {
    expect(errorOf(body)).toEqual(expected);
  });
});

describe('taskPageOf', () => {
  it('reads rows, epoch times and the page count, and leaves out what has no task id', () => {
    const row = {
      task_id: 't-1',
      status: 'SUCCEEDED',
      model_name: 'wan2.7-t2v',
      region: 'sg',
      gmt_create: 1_795_219_200_000,
      start_time: '1795219201000',
      end_time: null,
      request_id: 'r-1',
      api_key_id: '9',
    };
    const page = taskPageOf({
      data: [row, null, { status: 'FAILED' }, { task_id: 't-2', status: 'SUSPENDED' }],
      total_page: 3,
    });
    expect(page).toEqual({
      rows: 4,
      totalPages: 3,
      tasks: [
        {
          taskId: 't-1',
          status: 'SUCCEEDED',
          model: 'wan2.7-t2v',
          region: 'sg',
          requestId: 'r-1',
          createdAt: new Date(1_795_219_200_000),
          startedAt: new Date(1_795_219_201_000),
          raw: row,
        },
        {
          taskId: 't-2',
          status: 'RUNNING',
          unrecognisedStatus: 'SUSPENDED',
          raw: { task_id: 't-2', status: 'SUSPENDED' },
        },
      ],
    });
  });

  it.each([1e300, 1_795_219_200_000_000, -1, 'soon'])('leaves out the time %j, which no record could keep', (time) => {
    const page = taskPageOf({ data: [{ task_id: 't-1', gmt_create: time, start_time: time, end_time: time }] });
    expect(Object.keys(page?.tasks[0] ?? {})).toEqual(['taskId', 'status', 'raw']);
  });

  it.each([[{}], [{ data: null }], [undefined]])('does not take %j for a page', (body) => {
    expect(taskPageOf(body)).toBeUndefined();
  });
});

describe('uploadPolicyOf', () => {
  const data = {
    upload_host: 'https://dashscope-file.oss-cn-beijing.aliyuncs.com',
    upload_dir: 'dashscope/1/2',
    policy: 'p',
    signature: 's',
    oss_access_key_id: 'id',
    x_oss_object_acl: 'private',
    x_oss_forbid_overwrite: true,
  };
  it('reads a policy', () => {
    expect(uploadPolicyOf({ data })).toMatchObject({ upload_dir: 'dashscope/1/2', x_oss_forbid_overwrite: 'true' });
  });
  it.each([{}, { data: { ...data, upload_host: 'ftp://x' } }, { data: { ...data, policy: '' } }])(
    'refuses %j',
    (body) => {
      expect(uploadPolicyOf(body)).toBeUndefined();
    },
  );
});
