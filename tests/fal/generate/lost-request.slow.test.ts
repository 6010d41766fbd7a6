import { describe, expect, it } from 'vitest';
import { generateWithFal, resumeFal } from '#lib/fal/index.ts';
import { type FalProject, falProject, INPUT, MODEL } from '../../fixtures/fal/fal-project.ts';

/** A request of the same account that nobody here has a record of. */
async function strangers({ fal, sandbox }: FalProject, input: object, times = 1): Promise<void> {
  const headers = { authorization: `Key ${sandbox.env.FAL_KEY}`, 'content-type': 'application/json' };
  for (let nth = 0; nth < times; nth += 1) {
    await fetch(`${fal.queueBaseUrl}/${MODEL}`, { method: 'POST', headers, body: JSON.stringify(input) });
  }
}

/** How many POSTs were sent by the generator: the strangers' are ours. */
function postsOf({ fal }: FalProject, strangers = 0): number {
  return fal.submissions().length - strangers;
}

const UNKNOWN = { success: false, code: 'unknown-outcome' };

describe('a purchase whose answer was cut off, with in the history', () => {
  it('its own row: is adopted', async () => {
    const project = await falProject();
    project.fal.script({ fault: 'lost-submit-answer' });
    expect(await generateWithFal(MODEL, INPUT, project.tuning)).toMatchObject({ success: true });
    expect(postsOf(project)).toBe(1);
    expect(project.records()).toMatchObject([{ taskId: project.fal.falRequests()[0]?.requestId, status: 'ready' }]);
  });

  it('no row: stays unknown, and is found by an equal call once there is one', async () => {
    const project = await falProject();
    const { fal, tuning } = project;
    fal.script({ fault: 'lost-submit-answer' });
    fal.script({ fault: 'never-finishes' });
    expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject(UNKNOWN);
    expect(await resumeFal({ ...tuning, ignoreBackoff: true })).toMatchObject([UNKNOWN]);
    fal.letFinish('harbour');
    expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
    expect(postsOf(project)).toBe(1);
  });

  it('two rows: stays unknown', async () => {
    const project = await falProject({ taskDurationMs: 0 });
    await strangers(project, INPUT);
    project.fal.script({ fault: 'lost-submit-answer' });
    expect(await generateWithFal(MODEL, INPUT, project.tuning)).toMatchObject({
      ...UNKNOWN,
      error: expect.stringMatching(/several/),
    });
    expect(postsOf(project, 1)).toBe(1);
  });

  it('a row without its payload: stays unknown', async () => {
    const project = await falProject();
    project.fal.script({ fault: 'lost-submit-answer' });
    project.fal.script({ fault: 'no-payload', times: 'always' });
    expect(await generateWithFal(MODEL, INPUT, project.tuning)).toMatchObject(UNKNOWN);
    expect(postsOf(project)).toBe(1);
  });

  it('its own row and one without a payload: stays unknown', async () => {
    const project = await falProject({ taskDurationMs: 0 });
    await strangers(project, { prompt: 'another' });
    project.fal.script({ fault: 'lost-submit-answer' });
    project.fal.script({ fault: 'no-payload', match: { prompt: 'another' }, times: 'always' });
    expect(await generateWithFal(MODEL, INPUT, project.tuning)).toMatchObject(UNKNOWN);
    expect(postsOf(project, 1)).toBe(1);
  });

  it('its row on the second page: is adopted', async () => {
    const project = await falProject({ taskDurationMs: 0 });
    const { fal, tuning, clock } = project;
    fal.script({ fault: 'lost-submit-answer' });
    delete process.env.FAL_API_BASE_URL;
    expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject(UNKNOWN);
    clock.advance(1);
    await strangers(project, { prompt: 'another' }, 100);
    process.env.FAL_API_BASE_URL = fal.apiBaseUrl;
    expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
    expect(fal.requests().filter(({ path }) => path.endsWith('/by-endpoint'))).toHaveLength(2);
    expect(postsOf(project, 100)).toBe(1);
  });

  it.each(['refuse-500', 'refuse-401', 'html-with-200', 'drop-answer', 'odd-row'] as const)(
    'a list that cannot be read (%s): stays unknown',
    async (fault) => {
      const project = await falProject();
      project.fal.script({ fault: 'lost-submit-answer' });
      project.fal.script({ fault, ...(fault !== 'odd-row' && { on: 'history' as const }), times: 'always' });
      expect(await generateWithFal(MODEL, INPUT, project.tuning)).toMatchObject(UNKNOWN);
      expect(postsOf(project)).toBe(1);
    },
  );

  it('nothing to ask, as the queue is not fal’s own: stays unknown, until the history is set', async () => {
    const project = await falProject();
    const { fal, tuning, sandbox } = project;
    delete process.env.FAL_API_BASE_URL;
    fal.script({ fault: 'lost-submit-answer' });
    expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject(UNKNOWN);
    expect(fal.requests().some(({ path }) => path.startsWith('/fal/api'))).toBe(false);
    process.env.FAL_API_BASE_URL = sandbox.fal.apiBaseUrl;
    expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
    expect(postsOf(project)).toBe(1);
  });
});

it('takes no request that a record owns', async () => {
  const project = await falProject();
  await generateWithFal(MODEL, INPUT, { ...project.tuning, projectId: 'first' });
  project.fal.script({ fault: 'dropped-submit' });
  expect(await generateWithFal(MODEL, INPUT, { ...project.tuning, projectId: 'second' })).toMatchObject(UNKNOWN);
  expect(postsOf(project)).toBe(2);
});
