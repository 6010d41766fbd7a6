import { expect, it } from 'vitest';
import { Trouble } from '#lib/web/http/log-once.ts';

it('is news once, until it is other trouble or was over', () => {
  const trouble = new Trouble();
  const [one, other] = [new Error('disk full'), new Error('disk gone')];
  expect([one, one, new Error('disk full'), other, other, one].map((error) => trouble.isNews(error))).toEqual([
    ...[true, false, false],
    ...[true, false, true],
  ]);
  trouble.end();
  expect(trouble.isNews(one)).toBe(true);
});
