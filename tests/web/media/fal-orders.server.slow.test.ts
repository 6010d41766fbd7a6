import { describe, expect, it, onTestFinished } from 'vitest';
import { stopFal } from '#lib/fal/index.ts';
import { listMediaItems } from '#lib/media/index.ts';
import { startSandbox } from '#lib/sandbox/sandbox.server.ts';
import { orderFilm, ordersOf } from '#lib/web/media/fal-orders.server.ts';
import { mediaJobsSchema } from '#lib/web/media/media-view.ts';
import { mediaProject } from '../../fixtures/media/library.ts';

const MODEL = 'fal-ai/ltx/fast';
const INPUT = { prompt: 'A harbour at dawn.', duration: 1, resolution: '480p' };

const bodyOf = (order: unknown) =>
  new Request('http://x', { method: 'POST', body: typeof order === 'string' ? order : JSON.stringify(order) });

async function world(settings: Record<string, string> = {}, projectId = 'p') {
  const sandbox = await startSandbox({ taskDurationMs: 100 });
  mediaProject({ ...sandbox.env, ...settings });
  onTestFinished(async () => {
    await stopFal();
    await sandbox.close();
  });
  const order = (fields: object = {}) => orderFilm(projectId, bodyOf({ model: MODEL, input: INPUT, ...fields }));
  const jobs = async () => mediaJobsSchema.parse(await ordersOf(projectId)).jobs;
  return { fal: sandbox.fal, order, jobs };
}

it('answers once the order is on its way, and the film comes by itself', async () => {
  const { fal, order, jobs } = await world();
  fal.script({ fault: 'never-finishes', match: { model: MODEL } });
  const { jobId } = await order();
  expect(await jobs()).toMatchObject([{ jobId, model: MODEL }]);
  await expect.poll(async () => (await jobs())[0]?.stage).toMatch(/queued|generating/);
  expect(await listMediaItems('p')).toEqual([]);
  fal.letFinish(INPUT.prompt);
  await expect.poll(async () => (await jobs())[0]?.stage).toBe('ready');
  // Ready means that it is on the list.
  expect(await listMediaItems('p')).toMatchObject([{ type: 'video', isLocalFile: true, modelId: MODEL }]);
  expect(await ordersOf('other')).toEqual({ jobs: [] });
});

it('buys the same once, and again only by force', async () => {
  const { fal, order, jobs } = await world();
  const first = await order();
  expect(await order()).toEqual(first);
  await expect.poll(async () => (await jobs())[0]?.stage).toBe('ready');
  expect(await order()).toEqual(first);
  expect(fal.submissions()).toHaveLength(1);
  const second = await order({ force: true });
  expect(second.jobId).not.toBe(first.jobId);
  await expect.poll(async () => (await jobs()).map(({ stage }) => stage)).toEqual(['ready', 'ready']);
  expect((await jobs())[0]?.jobId).toBe(second.jobId);
});

it('says of an order that failed why', async () => {
  const { fal, order, jobs } = await world();
  fal.script({ fault: 'moderation', match: { model: MODEL } });
  await order();
  await expect.poll(async () => (await jobs())[0]?.stage).toBe('failed');
  expect((await jobs())[0]).toMatchObject({ error: expect.any(String), errorCode: 'rejected' });
});

describe('an order is refused', () => {
  it.each<[string, object, Record<string, string>, string, RegExp]>([
    ['without a key', {}, { FAL_KEY: '' }, 'config', /FAL_KEY/],
    ['for a model that is none', { model: 'veo' }, {}, 'invalid-input', /modelId/],
    ['over the budget', {}, { WANX_BUDGET_USD: '0.01' }, 'budget', /budget/],
  ])('%s, before anything is sent', async (_why, fields, settings, problem, message) => {
    const { fal, order } = await world(settings);
    await expect(order(fields)).rejects.toMatchObject({ problem, message: expect.stringMatching(message) });
    expect(fal.submissions()).toEqual([]);
  });

  it.each(['{', '{"model":"a/b"}', '{"model":"a/b","input":[]}'])('as %s', async (body) => {
    await expect(orderFilm('p', bodyOf(body))).rejects.toMatchObject({ problem: 'invalid-input' });
  });
});
