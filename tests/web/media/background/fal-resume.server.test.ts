import { expect, it, vi } from 'vitest';
import { generateWithFal } from '#lib/fal/index.ts';
import { listMediaItems } from '#lib/media/index.ts';
import { finishFilms } from '#lib/web/media/background/fal-resume.server.ts';
import { falProject, INPUT, MODEL } from '../../../fixtures/fal/fal-project.ts';

const log = () => ({ debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() });

it('a film that was bought by a process that has ended is finished, once', async () => {
  const { tuning, posts } = await falProject();
  const left = await generateWithFal(MODEL, INPUT, { ...tuning, projectId: 'p', timeoutMs: 1000 });
  expect(left).toMatchObject({ success: false, code: 'timeout' });
  const own = log();
  // The second look leaves to the first what it is at.
  await Promise.all([finishFilms(own, tuning), finishFilms(own, tuning)]);
  expect(await listMediaItems('p')).toMatchObject([{ localState: 'here', modelId: MODEL }]);
  expect([posts(), own.info.mock.calls.length, own.warn.mock.calls]).toEqual([1, 1, []]);
  await finishFilms(own, tuning);
  expect(own.info).toHaveBeenCalledTimes(1);
});

it('a film that cannot be finished is named in the log, and holds up no other', async () => {
  const { tuning, fal } = await falProject();
  await generateWithFal(MODEL, INPUT, { ...tuning, projectId: 'a', timeoutMs: 1000 });
  await generateWithFal(MODEL, { ...INPUT, seed: 2 }, { ...tuning, projectId: 'b', timeoutMs: 1000 });
  vi.stubEnv('FAL_KEY', 'invalid');
  const own = log();
  await finishFilms(own, tuning);
  expect(own.warn.mock.calls.map(([facts]) => facts.code)).toEqual(['auth', 'auth']);
  vi.unstubAllEnvs();
  await finishFilms(own, { ...tuning, ignoreBackoff: true });
  for (const projectId of ['a', 'b']) expect(await listMediaItems(projectId)).toHaveLength(1);
  expect(fal.submissions()).toHaveLength(2);
});

it('records that cannot be read are said once', async () => {
  await falProject();
  vi.stubEnv('REELKEEP_DATABASE', 'nonsense');
  const own = log();
  await finishFilms(own);
  await finishFilms(own);
  expect([own.error.mock.calls.length, own.debug.mock.calls.length]).toEqual([1, 1]);
  vi.unstubAllEnvs();
});
