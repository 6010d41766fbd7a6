import { expect, it } from 'vitest';
import { generateWithFal } from '#lib/fal/index.ts';
import { falProject, INPUT, MODEL } from '../../fixtures/fal/fal-project.ts';

it('reads smaller pages where the inputs in them are large', async () => {
  const { fal, sandbox, tuning } = await falProject({ taskDurationMs: 0 });
  const headers = { authorization: `Key ${sandbox.env.FAL_KEY}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ image_url: `data:image/png;base64,${'A'.repeat(300_000)}` });
  for (let nth = 0; nth < 15; nth += 1) {
    await fetch(`${fal.queueBaseUrl}/${MODEL}`, { method: 'POST', headers, body });
  }
  fal.script({ fault: 'lost-submit-answer' });
  expect(await generateWithFal(MODEL, INPUT, tuning)).toMatchObject({ success: true });
});
