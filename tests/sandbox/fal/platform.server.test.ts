import { describe, expect, it } from 'vitest';
import { officialClient } from '../../fixtures/fal/official-client.ts';

const MODEL = 'fal-ai/ltx/fast';

async function platform() {
  const made = await officialClient();
  const { sandbox, fal } = made;
  const get = async (path: string, query: Record<string, string> = {}) => {
    const headers = { authorization: `Key ${sandbox.env.FAL_KEY}` };
    const answer = await fetch(`${fal.apiBaseUrl}${path}?${new URLSearchParams(query)}`, { headers });
    return { status: answer.status, body: await answer.json() };
  };
  const history = (query: Record<string, string> = {}) =>
    get('/v1/models/requests/by-endpoint', { endpoint_id: MODEL, ...query });
  const submit = async (prompt: string) =>
    (await made.client.queue.submit(MODEL, { input: { prompt } })).request_id as string;
  return { ...made, get, history, submit };
}

describe('the history of requests', () => {
  it('lists what has ended, the last first, with the inputs where they are asked for', async () => {
    const { submit, history, clock } = await platform();
    const first = await submit('first');
    clock.advance(4000);
    const second = await submit('second');
    expect((await history()).body).toMatchObject({
      items: [{ request_id: first }],
      has_more: false,
      next_cursor: null,
    });
    clock.advance(4000);
    const { body } = await history({ expand: 'payloads' });
    expect(body.items).toMatchObject([
      { request_id: second, endpoint_id: MODEL, json_input: { prompt: 'second' }, status_code: 200 },
      { request_id: first, json_input: { prompt: 'first' }, json_output: { video: expect.any(Object) } },
    ]);
    expect((await history()).body.items[0]).not.toHaveProperty('json_input');
  });

  it('has pages, a window, and the last day without one', async () => {
    const { submit, history, clock } = await platform();
    const old = await submit('old');
    const sentAt = new Date(clock.now()).toISOString();
    clock.advance(25 * 3_600_000);
    for (const prompt of ['a', 'b', 'c']) await submit(prompt);
    clock.advance(4000);
    const page = (await history({ limit: '2' })).body;
    expect([page.items.length, page.has_more]).toEqual([2, true]);
    expect((await history({ limit: '2', cursor: page.next_cursor })).body.items).toHaveLength(1);
    expect((await history({ start: sentAt })).body.items).toHaveLength(4);
    const until = new Date(Date.parse(sentAt) + 1000).toISOString();
    expect((await history({ start: sentAt, end: until })).body.items).toMatchObject([{ request_id: old }]);
    expect((await history({ limit: '101' })).status).toBe(400);
  });

  it('may hide a row, its payload, or what it is', async () => {
    const { submit, history, clock, fal } = await platform();
    const [, , third] = [await submit('one'), await submit('two'), await submit('three')];
    clock.advance(4000);
    fal.script({ fault: 'hidden-row', match: { prompt: 'one' } });
    fal.script({ fault: 'odd-row', match: { prompt: 'two' } });
    fal.script({ fault: 'no-payload', match: { prompt: 'three' } });
    expect((await history({ expand: 'payloads' })).body.items).toEqual([
      { endpoint_id: MODEL },
      expect.objectContaining({ request_id: third, json_input: null }),
    ]);
  });
});

it('says what a unit of a model costs', async () => {
  const { get, fal } = await platform();
  const price = { endpoint_id: MODEL, unit_price: 0.05, unit: 'second', currency: 'USD' };
  expect((await get('/v1/models/pricing', { endpoint_id: MODEL })).body.prices).toEqual([price]);
  fal.script({ fault: 'price', code: 'credits', message: '2' });
  const { body } = await get('/v1/models/pricing', { endpoint_id: MODEL });
  expect(body.prices).toMatchObject([{ unit: 'credits', unit_price: 2 }]);
});
