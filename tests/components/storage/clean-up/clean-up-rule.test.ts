import { expect, it } from 'vitest';
import { cleanUpWords, type RuleKind, ruleOf } from '#lib/components/storage/clean-up/clean-up-rule.ts';

it.each<[RuleKind, string, object | undefined]>([
  ['age', '90', { olderThanDays: 90 }],
  ['count', '0', { keepPerChannel: 0 }],
  ['count', '1.5', undefined],
  ['size', '1.5', { maxBytes: 1_500_000_000 }],
  ['size', '', undefined],
  ['age', '-1', undefined],
  ['age', 'old', undefined],
])('the rule %s with "%s" is %j', (kind, value, rule) => expect(ruleOf(kind, value, '', false)).toEqual(rule));

it('a rule may be of one channel, and of former versions as well', () => {
  expect(ruleOf('age', '1', 'news', true)).toEqual({ olderThanDays: 1, channelId: 'news', removeVersions: true });
});

it.each([
  [true, 0, 'Nothing would go by this rule.'],
  [false, 0, 'Nothing was removed.'],
  [true, 2, '2 films would go, and free 3.0 MB. Nothing brings them back.'],
  [true, 1, '1 film would go, and free 3.0 MB. Nothing brings it back.'],
  [false, 1, '1 film removed, 3.0 MB freed.'],
])('dry run %s with %i films: %s', (isDryRun, many, words) => {
  const films = Array.from({ length: many }, () => ({ channelId: 'a', videoId: 'b', bytes: 1 }));
  const text = cleanUpWords({ isDryRun, plan: '', films, bytes: 3_000_000, notes: [] });
  expect(text.replaceAll('\u00a0', ' ')).toBe(words);
});
