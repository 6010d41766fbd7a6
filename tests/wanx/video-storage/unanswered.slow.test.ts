import { describe, expect, it, vi } from 'vitest';
import type { Clock } from '#lib/base/clock.ts';
import {
  buildEnhancedPrompt,
  type GenerateOptions,
  generateAndStoreVideo,
  getAllVideoMetadata,
  listRescuable,
  reportSpending,
  rescueTask,
  resumeVideos,
  WanxClient,
} from '#lib/wanx/index.ts';
import { WanProvider } from '#lib/wanx/videos/provider.server.ts';
import { AGE_OF_SAIL, HARBOUR, STEAM, wanProject } from '../../fixtures/records/wan-project.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';

const MODEL = 'wan2.7-t2v';
const WINDOW_MS = 60_000;

/** A project whose provider lives in the same virtual time as the product. */
async function unanswered(taskDurationMs = 60_000) {
  const clock = new VirtualClock();
  const project = await wanProject({ clock, taskDurationMs });
  // As a real provider is asked: nobody learns more from sixty looks at one task.
  vi.stubEnv('WANX_POLL_INTERVAL_MS', '10000');
  const client = new WanxClient({ clock });
  const generate = (options: GenerateOptions = {}) =>
    generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { clock, settleWindowMs: WINDOW_MS, ...options });
  const resume = () => resumeVideos({ clock, settleWindowMs: WINDOW_MS, ignoreBackoff: true });
  /** Somebody else asks for the very same. */
  const buyTheSame = () =>
    client.submit({ prompt: buildEnhancedPrompt(HARBOUR, AGE_OF_SAIL, { model: MODEL }), model: MODEL });
  return { ...project, clock, client, generate, resume, buyTheSame };
}

const spending = () => reportSpending(getAllVideoMetadata(), ({ spotId }) => spotId);

describe('the answer to a submission gets lost', () => {
  it('and its task is found by its prompt, and captured', async () => {
    const { sandbox, generate, stored } = await unanswered();
    sandbox.script({ fault: 'lost-submit-answer' });
    expect(await generate()).toMatchObject({ success: true });
    expect(sandbox.submissions()).toMatchObject([{ outcome: 'lost' }]);
    expect(stored()[0]).toMatchObject({ taskId: sandbox.tasks()[0]?.taskId, requestId: sandbox.tasks()[0]?.requestId });
  });

  it.each([15, 60, 48 * 60, -60, -48 * 60])(
    'and a clock that is %i minutes slow finds its task all the same, or nothing is bought again',
    async (slowMinutes) => {
      const clock = new VirtualClock();
      const theirs: Clock = {
        now: () => clock.now() + slowMinutes * 60_000,
        random: () => 0.5,
        wait: (ms, signal) => clock.wait(ms, signal),
      };
      const { sandbox, accepted } = await wanProject({ clock: theirs, taskDurationMs: 60_000 });
      vi.stubEnv('WANX_POLL_INTERVAL_MS', '10000');
      sandbox.script({ fault: 'lost-submit-answer' });
      const options = { clock, settleWindowMs: WINDOW_MS };
      const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, options);
      expect(result.success || result.code === 'unknown-outcome').toBe(true);
      const [task] = sandbox.tasks();
      if (!result.success) expect(result.error).toContain(task?.taskId);
      expect(await listRescuable(new Date(clock.now() - 3_600_000), { clock })).toMatchObject(
        slowMinutes > 0 ? [{ taskId: task?.taskId }] : expect.anything(),
      );
      expect(accepted()).toBe(1);
    },
  );

  it('and nothing was accepted: submitted again after the window, and the record says so', async () => {
    const { sandbox, generate, stored } = await unanswered();
    sandbox.script({ fault: 'dropped-submit' });
    expect(await generate()).toMatchObject({ success: true });
    const [first, second, ...others] = sandbox.submissions();
    expect([first?.outcome, second?.outcome, others]).toEqual(['dropped', 'answered', []]);
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(WINDOW_MS);
    expect(stored()[0]?.history).toMatchObject([{ outcome: 'not-accepted' }]);
    expect(spending().total).toMatchObject({ submissions: 1, usd: 0.5 });
  });

  it('and a task that does not show its prompt yet is waited for before anything is bought', async () => {
    const { sandbox, client, generate } = await unanswered(2 * WINDOW_MS);
    const { taskId } = await client.submit({ prompt: 'somebody else’s', model: MODEL });
    sandbox.script({ fault: 'dropped-submit' });
    expect(await generate()).toMatchObject({ success: true });
    const other = sandbox.tasks().find((task) => task.taskId === taskId);
    const again = sandbox.submissions().at(-1);
    expect(again?.outcome).toBe('answered');
    expect(again?.atMs).toBeGreaterThanOrEqual(other?.endsAtMs ?? Number.POSITIVE_INFINITY);
  });

  it('and two tasks fit: nothing is bought until somebody has chosen one', async () => {
    const { sandbox, generate, resume, buyTheSame, stored, accepted } = await unanswered();
    const { taskId } = await buyTheSame();
    sandbox.script({ fault: 'lost-submit-answer' });
    const result = await generate();
    expect(result).toMatchObject({ success: false, code: 'unknown-outcome', retryable: false });
    for (const task of sandbox.tasks()) expect(result.success ? '' : result.error).toContain(task.taskId);
    expect(await resume()).toMatchObject([{ success: false, code: 'unknown-outcome' }]);
    expect(stored()[0]?.intent?.candidates).toHaveLength(2);
    expect(spending().lost).toMatchObject({ submissions: 1, usd: 0.5 });
    expect(accepted()).toBe(2);
    expect(await rescueTask(taskId)).toMatchObject({ taskId, key: 'harbour/sail' });
    expect(stored()[0]).toMatchObject({ status: 'ready', taskId });
    expect(accepted()).toBe(2);
  });

  it('and two tasks fit: force buys anew, and the unknown one stays in the sum of what may be lost', async () => {
    const { sandbox, generate, buyTheSame, stored, accepted } = await unanswered();
    await buyTheSame();
    sandbox.script({ fault: 'lost-submit-answer' });
    await generate();
    expect(await generate({ force: true })).toMatchObject({ success: true });
    expect(accepted()).toBe(3);
    expect(stored()[0]).toMatchObject({ status: 'ready', history: [{ outcome: 'unknown', estimate: { usd: 0.5 } }] });
    expect(spending()).toMatchObject({ total: { submissions: 2, usd: 1 }, lost: { submissions: 1, usd: 0.5 } });
  });

  it('and the list is out of reach: it stays unknown, and a later resume settles it without buying', async () => {
    const { sandbox, generate, resume, stored, accepted } = await unanswered();
    sandbox.script({ fault: 'lost-submit-answer' });
    // Four tries for each of the looks, which the short window limits to two.
    sandbox.script({ fault: 'refuse-503', on: 'list', times: 8 });
    const result = await generate({ settleWindowMs: 1 });
    expect(result).toMatchObject({ success: false, code: 'unknown-outcome', retryable: true });
    expect(stored()[0]).toMatchObject({ status: 'failed', errorCode: 'unknown-outcome', intent: { candidates: [] } });
    expect(await resume()).toMatchObject([{ success: true }]);
    expect(accepted()).toBe(1);
    expect(sandbox.submissions()).toHaveLength(1);
  });

  it('and another record’s task with the same prompt is not taken for it', async () => {
    const { sandbox, clock, generate, accepted } = await unanswered();
    await generateAndStoreVideo({ ...HARBOUR, id: 'harbour-2' }, AGE_OF_SAIL, { clock });
    sandbox.script({ fault: 'dropped-submit' });
    expect(await generate()).toMatchObject({ success: true });
    expect(accepted()).toBe(2);
    expect(new Set(getAllVideoMetadata().map(({ taskId }) => taskId)).size).toBe(2);
  });

  it.each<[string, (prompt: string) => string]>([
    ['cut short', (prompt) => prompt.slice(0, 200)],
    ['with entities', (prompt) => prompt.replaceAll(',', '&#44;')],
    ['in another normal form', (prompt) => prompt.normalize('NFKD').toUpperCase()],
  ])('and its task shows the prompt %s: nothing is bought again, whoever asks', async (_name, shown) => {
    const { client, sandbox, generate, resume, accepted } = await unanswered();
    const prompt = shown(buildEnhancedPrompt(HARBOUR, AGE_OF_SAIL, { model: MODEL }));
    const { taskId } = await client.submit({ prompt, model: MODEL });
    sandbox.script({ fault: 'dropped-submit' });
    const result = await generate();
    expect(result).toMatchObject({ success: false, code: 'unknown-outcome', error: expect.stringContaining(taskId) });
    expect(await resume()).toMatchObject([{ success: false, code: 'unknown-outcome' }]);
    expect(await generate()).toMatchObject({ success: false, code: 'unknown-outcome' });
    expect(accepted()).toBe(1);
    expect(await rescueTask(taskId)).toMatchObject({ taskId, key: 'harbour/sail' });
  });

  it('and a task for another video is not taken for it', async () => {
    const { sandbox, clock, generate, accepted } = await unanswered();
    await new WanxClient({ clock }).generateVideoFromText(buildEnhancedPrompt(HARBOUR, STEAM, { model: MODEL }), {
      model: MODEL,
    });
    sandbox.script({ fault: 'dropped-submit' });
    expect(await generate()).toMatchObject({ success: true });
    expect(accepted()).toBe(2);
  });
});

describe('the list of tasks', () => {
  const all = { except: new Set<string>(), signal: new AbortController().signal };

  it('knows a task by the request id of the lost answer, whatever its prompt', async () => {
    const { sandbox, client } = await unanswered();
    await client.submit({ prompt: 'one', model: MODEL });
    const { taskId, requestId } = await client.submit({ prompt: 'two', model: MODEL });
    const provider = new WanProvider(client, { baseUrl: sandbox.baseUrl, model: MODEL, cost: { model: MODEL } });
    const query = { request: { prompt: 'one', model: MODEL }, requestId, ...all };
    expect(await provider.lostAnswer.find(query)).toMatchObject([{ taskId, isCertain: true, requestId }]);
  });

  it('keeps a task that is listed as waiting, though a look at it does not find it yet', async () => {
    const { sandbox, client } = await unanswered();
    const { taskId } = await client.submit({ prompt: 'one', model: MODEL });
    const blind = Object.assign(Object.create(client), {
      getTask: async () => ({ ...(await client.getTask(taskId)), status: 'UNKNOWN', prompt: undefined }),
      listTasks: (...given: Parameters<typeof client.listTasks>) => client.listTasks(...given),
    });
    const provider = new WanProvider(blind, { baseUrl: sandbox.baseUrl, model: MODEL, cost: { model: MODEL } });
    const request = { prompt: 'one', model: MODEL };
    expect(await provider.lostAnswer.find({ request, ...all })).toMatchObject([{ taskId, isCertain: false }]);
  });

  it('leaves out tasks of another model, and those that failed without showing a prompt', async () => {
    const { sandbox, client, clock } = await unanswered(1000);
    await client.submit({ prompt: 'one', model: 'wan2.6-t2v' });
    sandbox.script({ fault: 'task-failed' });
    await client.submit({ prompt: 'one', model: MODEL });
    await clock.advance(60_000);
    const provider = new WanProvider(client, { baseUrl: sandbox.baseUrl, model: MODEL, cost: { model: MODEL } });
    expect(await provider.lostAnswer.find({ request: { prompt: 'one', model: MODEL }, ...all })).toEqual([]);
  });
});
