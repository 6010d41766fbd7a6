import { describe, expect, it } from 'vitest';
import { WanxClient } from '#lib/wanx/index.ts';
import { FakeDashScope, rejection, SUCCEEDED, TASK_ID, taskAnswer, testClient } from '../../fixtures/wire/dashscope.ts';
import { mockNetwork } from '../../fixtures/wire/mock-network.ts';
import { HOSTILE, NO_OPTIONS, untyped } from '../../fixtures/wrong-types.ts';

const provider = new FakeDashScope();
mockNetwork(provider.handler);

type Call = (...all: unknown[]) => Promise<unknown>;

const METHODS: Array<[name: string, call: Call, first: unknown]> = [
  ['submit', bound('submit'), { prompt: 'x' }],
  ['getTask', bound('getTask'), TASK_ID],
  ['waitForTask', bound('waitForTask'), TASK_ID],
  ['cancelTask', bound('cancelTask'), TASK_ID],
  ['generateVideoFromText', bound('generateVideoFromText'), 'x'],
  ['generateVideoFromImage', bound('generateVideoFromImage'), 'https://h.invalid/x.png'],
  ['listTasks', listed, {}],
];

type Method = 'submit' | 'getTask' | 'waitForTask' | 'cancelTask' | 'generateVideoFromText' | 'generateVideoFromImage';

function bound(name: Method): Call {
  return (...all) => {
    const client = testClient();
    return untyped(client[name].bind(client))(...all);
  };
}

async function listed(...all: unknown[]): Promise<unknown> {
  const client = testClient();
  const rows: unknown[] = [];
  const list = client.listTasks.bind(client) as unknown as (...all: unknown[]) => AsyncIterable<unknown>;
  for await (const row of list(...all)) rows.push(row);
  return rows;
}

async function expectRefusal(promise: Promise<unknown>) {
  const error = await rejection(promise);
  expect(error).toMatchObject({ name: 'ReelError', code: 'invalid-input', billable: 'no' });
  expect(String(error)).not.toMatch(/Invalid input|Cannot read/);
  expect(provider.seen).toEqual([]);
}

describe.each(METHODS)('%s rejects with a ReelError, and sends nothing', (_name, call, first) => {
  it.each(NO_OPTIONS)('for options: %s', async (_what, make) => {
    provider.answer(taskAnswer('PENDING'), SUCCEEDED);
    await expectRefusal(call(first, make()));
  });

  it.each<[string, () => unknown]>([
    ['null', () => null],
    ['a number', () => 5],
    ['a list', () => []],
    ['a proxy', () => HOSTILE],
  ])('for %s as its first', async (_what, make) => {
    provider.answer(taskAnswer('PENDING'), SUCCEEDED);
    await expectRefusal(call(make()));
  });
});

describe('the options of single methods', () => {
  it.each<[string, string, () => Promise<unknown>]>([
    ['a listener', 'onUpdate', () => bound('waitForTask')(TASK_ID, { onUpdate: 5 })],
    ['a pace', 'pollIntervalMs', () => bound('waitForTask')(TASK_ID, { pollIntervalMs: -1 })],
    ['a date', 'submittedAt', () => bound('getTask')(TASK_ID, { submittedAt: 'x' })],
    ['an upload', 'upload', () => bound('submit')({ prompt: 'x' }, { upload: 'yes' })],
    ['a window', 'startTime', () => listed({ startTime: 'yesterday' })],
    ['a page size', 'pageSize', () => listed({ pageSize: 0 })],
  ])('%s that is none is refused by its name', async (_name, option, call) => {
    provider.answer(taskAnswer('PENDING'), SUCCEEDED);
    const error = await rejection(call());
    expect(error).toMatchObject({ name: 'ReelError', code: 'invalid-input' });
    expect(String(error)).toContain(`${option} must be `);
    expect(provider.seen).toEqual([]);
  });
});

describe('the constructor', () => {
  it.each<[string, () => unknown]>([
    ['null', () => null],
    ['a proxy', () => HOSTILE],
    ['a key of 5', () => ({ apiKey: 5 })],
    ['a model of null', () => ({ apiKey: 'sk-x', model: null })],
  ])('refuses %s', (_name, make) => {
    const construct = untyped((options: never) => new WanxClient(options));
    expect(() => construct(make())).toThrow(expect.objectContaining({ name: 'ReelError', code: 'invalid-input' }));
  });
});
