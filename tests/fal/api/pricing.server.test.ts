import { expect, it } from 'vitest';
import { generateWithFal } from '#lib/fal/index.ts';
import { falProject, INPUT, MODEL } from '../../fixtures/fal/fal-project.ts';

it.each([
  [undefined, undefined, null],
  ['2.5', 2.5, 0.125],
  ['0', 0, 0],
  ['abc', undefined, null],
])('takes the billed units as the header says: %s', async (message, units, usd) => {
  const { fal, tuning, records } = await falProject();
  fal.script({ fault: 'billable-units', ...(message !== undefined && { message }) });
  await generateWithFal(MODEL, INPUT, tuning);
  expect(records()[0]?.receipt?.charged.units).toBe(units);
  expect(records()[0]?.receipt?.charged.usd).toBe(usd);
});

it('shows no money for units of which nobody says how many', async () => {
  const { fal, tuning, records } = await falProject();
  fal.script({ fault: 'price', code: 'credits', message: '2' });
  await generateWithFal(MODEL, INPUT, tuning);
  expect(records()[0]?.receipt).toMatchObject({ estimate: { usd: null }, charged: { units: 1, usd: null } });
});

it('warns of a charge far above the estimate', async () => {
  const { fal, tuning, records } = await falProject();
  fal.script({ fault: 'billable-units', message: '10272' });
  await generateWithFal(MODEL, INPUT, tuning);
  expect(records()[0]?.receipt?.differences).toContain('charged $513.60, the estimate was $0.05');
});
