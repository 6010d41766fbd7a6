import { expect, it } from 'vitest';
import { generateWithFal } from '#lib/fal/index.ts';
import { falProject, INPUT, MODEL } from '../../fixtures/fal/fal-project.ts';

it.each([
  ['refuse-401', 'auth'],
  ['refuse-422', 'invalid-input'],
  ['refuse-429', 'rate-limited'],
  ['user-locked', 'quota'],
  ['redirect', 'config'],
] as const)('%s of the purchase is %s, and free', async (fault, code) => {
  const { fal, tuning, posts, records } = await falProject();
  fal.script({ fault });
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: false, code });
  expect(records()).toMatchObject([{ history: [{ outcome: 'refused' }] }]);
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
  expect(posts()).toBe(2);
});

it.each(['hung-submit-answer', 'no-request-id', 'gateway-504', 'refuse-500', 'refuse-408'] as const)(
  'never sends a second POST after %s',
  async (fault) => {
    const project = await falProject();
    project.fal.script({ fault, on: fault.includes('-submit') || fault === 'no-request-id' ? undefined : 'submit' });
    project.fal.script({ fault: 'hidden-row', times: 'always' });
    const result = await generateWithFal(MODEL, INPUT, { ...project.tuning, requestTimeoutMs: 1000 });
    expect(result).toMatchObject({ success: false, code: 'unknown-outcome' });
    expect(await generateWithFal(MODEL, INPUT, project.tuning)).toMatchObject({
      success: false,
      code: 'unknown-outcome',
    });
    expect(project.posts()).toBe(1);
    expect(await generateWithFal(MODEL, INPUT, { ...project.tuning, force: true })).toMatchObject({ success: true });
    expect(project.posts()).toBe(2);
  },
);
