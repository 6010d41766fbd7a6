import { describe, expect, it } from 'vitest';
import { openSandbox, TEXT_27 } from '../../../fixtures/sandbox-client.ts';

describe('the list', () => {
  it('pages newest first, with the submission’s request id and without prompt or link', async () => {
    const client = await openSandbox({ enforceLimits: false });
    const answers = [];
    for (let index = 0; index < 12; index += 1) {
      answers.push(await (await client.create(TEXT_27)).json());
      client.clock.advance(10);
    }
    client.clock.advance(10_000);
    const first = await client.list();
    expect(first).toMatchObject({ page_no: 1, page_size: 10, total_page: 2, total: 12 });
    expect(first.data).toHaveLength(10);
    const second = await client.list('?page_no=2&page_size=10');
    const rows = [...first.data, ...second.data].reverse();
    expect(rows.map((row) => [row.task_id, row.request_id])).toEqual(
      answers.map(({ output, request_id }) => [output.task_id, request_id]),
    );
    expect(rows[0]).toMatchObject({
      status: 'SUCCEEDED',
      model_name: 'wan2.7-t2v',
      gmt_create: Date.UTC(2026, 10, 21),
    });
    // An ended task says when it ended; one that waits or runs does not.
    expect(rows.every((row) => 'end_time' in row)).toBe(true);
    expect(JSON.stringify(first)).not.toMatch(/video_url|harbour|task_status/);
    expect(await (await client.call('/tasks?page_size=12')).json()).toMatchObject({ total_page: 1 });
    await client.submit();
    expect((await client.list('?page_size=1')).data[0]).not.toHaveProperty('end_time');
  });

  it('filters by model, status, id and time', async () => {
    const client = await openSandbox();
    const early = await client.submit();
    client.clock.advance(3_600_000);
    const late = await client.submit({ model: 'wan3.0-video', input: { prompt: 'x' }, parameters: {} });
    const ids = async (query: string) => (await client.list(query)).data.map((row) => row.task_id);
    expect(await ids('?model_name=wan3.0-video')).toEqual([late]);
    expect(await ids('?status=SUCCEEDED')).toEqual([early]);
    expect(await ids(`?task_id=${early}`)).toEqual([early]);
    // 08:30 in the default zone of UTC+8 is 00:30 UTC, between the two.
    expect(await ids('?start_time=20261121083000')).toEqual([late]);
    expect(await ids('?end_time=20261121083000')).toEqual([early]);
    expect(await ids('?start_time=20261121083000&end_time=20261121084500')).toEqual([]);
  });

  it.each(['?start_time=20261120000000&end_time=20261121000001', '?start_time=now', '?page_no=0', '?status=DONE'])(
    'refuses %s',
    async (query) => {
      const client = await openSandbox();
      const response = await client.call(`/tasks/${query}`);
      expect([response.status, await response.json()]).toMatchObject([400, { code: 'InvalidParameter' }]);
    },
  );
});
