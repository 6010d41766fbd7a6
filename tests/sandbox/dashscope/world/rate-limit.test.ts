import { describe, expect, it } from 'vitest';
import { RateLimit } from '#lib/sandbox/dashscope/world/rate-limit.ts';
import { openSandbox, TEXT_27 } from '../../../fixtures/sandbox-client.ts';

describe('the provider’s limits', () => {
  it('refuse a client that asks for a task more than 20 times a second', async () => {
    const client = await openSandbox();
    const statuses = [];
    for (let index = 0; index < 21; index += 1) statuses.push((await client.call('/tasks/x')).status);
    expect(statuses).toEqual([...Array(20).fill(200), 429]);
    // Each of the three endpoints has its own count.
    expect((await client.call('/tasks')).status).toBe(200);
  });

  it('hold for the submissions of a model, until time has passed', async () => {
    const client = await openSandbox();
    for (let index = 0; index < 5; index += 1) await client.submit();
    const refusal = await client.create(TEXT_27);
    expect(refusal.status).toBe(429);
    expect(await refusal.json()).toMatchObject({ code: 'Throttling.RateQuota' });
    client.clock.advance(1000);
    await client.submit();
    expect(client.sandbox.counts()).toMatchObject({ accepted: 6, refused: 1 });
  });
});

describe('a sliding second', () => {
  it('forgets each request a second after it, and does not count what was refused', () => {
    const limit = new RateLimit();
    const asked = [0, 400, 500, 999, 1000, 1399, 1400].map((atMs) => limit.allows('a', 2, atMs));
    expect(asked).toEqual([true, true, false, false, true, false, true]);
  });

  it('counts each key for itself, and nothing after a reset', () => {
    const limit = new RateLimit();
    expect([limit.allows('a', 1, 0), limit.allows('b', 1, 0), limit.allows('a', 1, 0)]).toEqual([true, true, false]);
    limit.clear();
    expect(limit.allows('a', 1, 0)).toBe(true);
  });
});
