import { expect, it } from 'vitest';
import { LogOnce } from '#lib/web/http/log-once.ts';

it('is first once, until the failure differs or has ended', () => {
  const failures = new LogOnce();
  const [one, other] = [new Error('disk full'), new Error('disk gone')];
  expect([one, one, new Error('disk full'), other, other, one].map((error) => failures.isFirst(error))).toEqual([
    ...[true, false, false],
    ...[true, false, true],
  ]);
  failures.end();
  expect(failures.isFirst(one)).toBe(true);
});
