import { describe, expect, it } from 'vitest';
import type { WanxUsage } from '#lib/wanx/dashscope/task.ts';
import type { CostQuestion } from '#lib/wanx/models.ts';
import { WanProvider } from '#lib/wanx/videos/provider.server.ts';
import { TASK_ID, testClient } from '../../fixtures/wire/dashscope.ts';

async function chargedFor(cost: CostQuestion, usage: Partial<WanxUsage>) {
  const getTask = async () => ({ taskId: TASK_ID, status: 'SUCCEEDED', usage: { raw: {}, ...usage }, raw: {} });
  const client = Object.assign(Object.create(testClient()), { account: 'a', getTask });
  const provider = new WanProvider(client, { baseUrl: 'https://dashscope.test', model: cost.model, cost });
  return (await provider.read({ taskId: TASK_ID }, new AbortController().signal)).charged;
}

describe('what was charged', () => {
  it.each<[CostQuestion, Partial<WanxUsage>, number | null]>([
    [{ model: 'wan2.7-t2v', resolution: '720P' }, { durationSeconds: 10 }, 1],
    // What the provider says it made counts, not what was asked for.
    [{ model: 'wan2.7-t2v', resolution: '720P' }, { durationSeconds: 10, resolution: '1080P' }, 1.5],
    [{ model: 'wan2.2-animate-move', quality: 'standard' }, { durationSeconds: 5.2 }, 0.624],
    [{ model: 'wan2.2-animate-mix', quality: 'professional' }, { durationSeconds: 5.2 }, 1.352],
    [{ model: 'wan2.6-i2v-flash', resolution: '1080P', audio: false }, { durationSeconds: 10 }, 0.375],
    [{ model: 'wan2.6-i2v-flash', resolution: '1080P', audio: true }, { durationSeconds: 10 }, 0.75],
    [{ model: 'happyhorse-1.0-video-edit', resolution: '720P' }, { durationSeconds: 13.24 }, 1.8536],
    [{ model: 'wan3.0-video-prime', resolution: '720P' }, { durationSeconds: 5 }, null],
    [{ model: 'wan2.8-t2v', allowUnknownModel: true }, { durationSeconds: 5 }, null],
    // One that was in the table when it was ordered.
    [{ model: 'wan1.0-t2v' }, { durationSeconds: 5 }, null],
  ])('for %j and %j', async (cost, usage, usd) => {
    expect(await chargedFor(cost, usage)).toMatchObject({ usd, units: usage.durationSeconds });
  });
});
