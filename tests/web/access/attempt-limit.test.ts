import { expect, it } from 'vitest';
import { AttemptLimit } from '#lib/web/access/attempt-limit.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';

const WINDOW_MS = 60_000;

function limit(clock = new FakeClock()) {
  return { clock, attempts: new AttemptLimit({ clock, perAddress: 3, overall: 6, windowMs: WINDOW_MS }) };
}

function fail(attempts: AttemptLimit, address: string, times: number): void {
  for (let count = 0; count < times; count += 1) attempts.fail(address);
}

it('lets an address fail a few times, then makes it wait for the rest of the window', () => {
  const { clock, attempts } = limit();
  fail(attempts, 'a', 2);
  expect(attempts.waitMs('a')).toBe(0);
  clock.advance(10_000);
  attempts.fail('a');
  expect(attempts.waitMs('a')).toBe(50_000);
  clock.advance(50_000);
  expect(attempts.waitMs('a')).toBe(0);
});

it('counts each address for itself', () => {
  const { attempts } = limit();
  fail(attempts, 'a', 3);
  expect(attempts.waitMs('b')).toBe(0);
});

it('makes everybody wait when many addresses guess in turn', () => {
  const { attempts } = limit();
  for (const address of ['a', 'b', 'c', 'd', 'e', 'f']) attempts.fail(address);
  expect(attempts.waitMs('fresh')).toBe(WINDOW_MS);
});

it('begins a new window after the old one', () => {
  const { clock, attempts } = limit();
  fail(attempts, 'a', 2);
  clock.advance(WINDOW_MS);
  fail(attempts, 'a', 2);
  expect(attempts.waitMs('a')).toBe(0);
  attempts.fail('a');
  expect(attempts.waitMs('a')).toBe(WINDOW_MS);
});

it('remembers no more than ten thousand addresses, and those that failed last', () => {
  const clock = new FakeClock();
  const attempts = new AttemptLimit({ clock, perAddress: 3, overall: 1e9, windowMs: WINDOW_MS });
  fail(attempts, 'first', 3);
  for (let index = 0; index < 12_000; index += 1) attempts.fail(`address-${index}`);
  fail(attempts, 'last', 3);
  expect([attempts.addresses, attempts.waitMs('first'), attempts.waitMs('last')]).toEqual([10_000, 0, WINDOW_MS]);
});
