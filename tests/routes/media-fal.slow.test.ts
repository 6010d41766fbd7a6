import { expect, it, onTestFinished, vi } from 'vitest';
import { generateWithFal } from '#lib/fal/index.ts';
import { startApp } from '../fixtures/app/built-app.ts';
import { sendRaw } from '../fixtures/app/raw-request.ts';

const MODEL = 'fal-ai/ltx/fast';
const INPUT = { prompt: 'A harbour at dawn.', duration: 1, resolution: '480p' };

it('a film that was bought from fal before the server ended is in the library after it starts', {
  timeout: 400_000,
}, async () => {
  const app = await startApp({ env: { REELKEEP_MEDIA_DIR: 'media' } });
  onTestFinished(() => app.stop());
  await app.kill();
  const settings = { WANX_PROJECT_ROOT: app.folder, WANX_METADATA_PATH: 'records.json', REELKEEP_MEDIA_DIR: 'media' };
  for (const [name, value] of Object.entries({ ...app.sandbox.env, ...settings })) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const left = await generateWithFal(MODEL, INPUT, { projectId: 'bought', timeoutMs: 200 });
  expect(left).toMatchObject({ success: false, code: 'timeout' });
  await app.restart();
  const items = async () => (await sendRaw(app.url, '/api/media/bought/items')).json().items;
  await expect.poll(items, { timeout: 60_000 }).toMatchObject([{ badge: 'on-disk', modelId: MODEL }]);
  expect(app.sandbox.fal.submissions()).toHaveLength(1);
});
