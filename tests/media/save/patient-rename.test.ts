import { expect, it } from 'vitest';
import { patientRename } from '#lib/media/save/patient-rename.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';

const refused = (code: string) => Object.assign(new Error(code), { code, syscall: 'rename' });

function renaming(failures: number, code = 'EPERM') {
  let calls = 0;
  return {
    calls: () => calls,
    rename: () => {
      calls += 1;
      if (calls <= failures) throw refused(code);
    },
  };
}

it.each(['EPERM', 'EACCES', 'EBUSY'])('on Windows tries again after %s', async (code) => {
  const { rename, calls } = renaming(3, code);
  const clock = new FakeClock();
  await patientRename(clock, 'win32')(rename);
  expect(calls()).toBe(4);
  expect(clock.waits).toEqual([50, 100, 200]);
});

it('on Windows ends as `busy` while it stays refused', async () => {
  const { rename, calls } = renaming(99);
  await expect(patientRename(new FakeClock(), 'win32')(rename)).rejects.toMatchObject({
    code: 'busy',
    retryable: true,
  });
  expect(calls()).toBe(8);
});

it.each([
  ['linux', 'EPERM'],
  ['win32', 'ENOSPC'],
] as const)('on %s fails at once with %s', async (platform, code) => {
  const { rename, calls } = renaming(99, code);
  await expect(patientRename(new FakeClock(), platform)(rename)).rejects.toMatchObject({ code });
  expect(calls()).toBe(1);
});
