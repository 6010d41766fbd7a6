import { describe, expect, it } from 'vitest';
import { spansFor } from '#lib/wanx/dashscope/list-tasks.server.ts';
import type { WanxTaskSummary } from '#lib/wanx/dashscope/task.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
import { type Answer, FakeDashScope, rejection, testClient } from '../../fixtures/wire/dashscope.ts';
import { mockNetwork } from '../../fixtures/wire/mock-network.ts';

const provider = new FakeDashScope();
mockNetwork(provider.handler);
const HOUR_MS = 3_600_000;

describe('listTasks', () => {
  const clock = new VirtualClock();
  const row = (id: string, ageMs: number) => ({
    task_id: id,
    status: 'SUCCEEDED',
    model_name: 'wan2.7-t2v',
    gmt_create: clock.now() - ageMs,
    request_id: `r-${id}`,
  });
  const page = (rows: unknown[], totalPages?: number): Answer => ({
    body: { data: rows as never, ...(totalPages !== undefined && { total_page: totalPages }) },
  });
  async function listed(list: AsyncIterable<WanxTaskSummary>): Promise<string[]> {
    const ids: string[] = [];
    for await (const task of list) ids.push(task.taskId);
    return ids;
  }

  it('reads every page of the last day, each task once though pages shift', async () => {
    provider.answer(page([row('a', 1), row('b', 2)], 3), page([row('b', 2), row('c', 3)], 3), page([row('d', 4)], 3));
    const list = testClient({ clock }).listTasks({ model: 'wan2.7-t2v', status: 'SUCCEEDED', pageSize: 2 });
    expect(await listed(list)).toEqual(['a', 'b', 'c', 'd']);
    const filter = 'model_name=wan2.7-t2v&status=SUCCEEDED';
    expect(provider.seen.map(({ path }) => path)).toEqual(
      [1, 2, 3].map((no) => `/api/v1/tasks/?${filter}&page_no=${no}&page_size=2`),
    );
  });

  it('stops at a short page when no page count is given, and at an empty one always', async () => {
    provider.answer(page([row('a', 1), row('b', 2)]), page([row('c', 3)]), page([row('never', 3)]));
    expect(await listed(testClient({ clock }).listTasks({ pageSize: 2 }))).toEqual(['a', 'b', 'c']);
    provider.answer(page([], 99));
    expect(await listed(testClient({ clock }).listTasks())).toEqual([]);
    expect(provider.seen).toHaveLength(1);
  });

  it('asks for the whole day and chooses by epoch time, because the zone of the filter is not known', async () => {
    provider.answer(
      page([row('new', HOUR_MS), row('in', 2 * HOUR_MS), row('edge', 3 * HOUR_MS), row('old', 4 * HOUR_MS)], 1),
    );
    const startTime = new Date(clock.now() - 3 * HOUR_MS);
    const endTime = new Date(clock.now() - 2 * HOUR_MS);
    expect(await listed(testClient({ clock }).listTasks({ startTime, endTime }))).toEqual(['in', 'edge']);
    expect(provider.seen.map(({ path }) => path)).toEqual(['/api/v1/tasks/?page_no=1&page_size=10']);
  });

  it('keeps a row whose time is not told: it may be the one looked for', async () => {
    provider.answer(page([{ task_id: 'a', status: 'RUNNING' }], 1));
    expect(await listed(testClient({ clock }).listTasks())).toEqual(['a']);
  });

  it('is read lazily: a caller who breaks off asks for no more pages', async () => {
    provider.answer(page([row('a', 1)], 5));
    for await (const task of testClient({ clock }).listTasks()) {
      expect(task).toMatchObject({ requestId: 'r-a', model: 'wan2.7-t2v', createdAt: new Date(clock.now() - 1) });
      break;
    }
    expect(provider.seen).toHaveLength(1);
  });

  it('repeats a page that fails for a moment, and gives up on one that keeps failing', async () => {
    const bad = { status: 503, headers: { 'retry-after': '3' }, body: {} };
    provider.answer(bad, { broken: true }, page([row('a', 1)], 1));
    const own = new VirtualClock({ nowMs: clock.now() });
    expect(await listed(testClient({ clock: own }).listTasks())).toEqual(['a']);
    expect(own.waits[0]).toBe(3000);
    provider.answer(bad);
    expect(await rejection(listed(testClient({ clock: own }).listTasks()))).toMatchObject({
      code: 'provider-failed',
      retryable: true,
    });
    expect(provider.seen).toHaveLength(4);
    provider.answer({ status: 403, body: { code: 'AccessDenied', message: 'm' } });
    expect(await rejection(listed(testClient({ clock: own }).listTasks()))).toMatchObject({ code: 'auth' });
    expect(provider.seen).toHaveLength(1);
  });
});

describe('spansFor', () => {
  const nowMs = Date.UTC(2026, 10, 21, 12);
  it('covers an older window in every zone, a day at a time', () => {
    expect(spansFor(Date.UTC(2026, 10, 18, 12), Date.UTC(2026, 10, 18, 20), nowMs)).toEqual([
      { start_time: '20261118040000', end_time: '20261119040000' },
      { start_time: '20261119040000', end_time: '20261119050000' },
    ]);
  });
  it('asks without times for what the last day holds', () => {
    expect(spansFor(nowMs - 24 * HOUR_MS, nowMs, nowMs)).toEqual([{}]);
  });
});
