import { describe, expect, it } from 'vitest';
import { lengthWords, promptFault, promptLimitOf, wasRefused } from '#lib/components/prompt-draft.ts';
import { at, view } from '../fixtures/video-views.ts';

describe('a text that is written', () => {
  it.each([
    ['', 800, /Write what is to be seen/],
    [' \n', 800, /Write what is to be seen/],
    ['a'.repeat(801), 800, /by 1 character\./],
    ['a'.repeat(2012), 800, /by 1,212 characters\./],
  ])('is at fault: %#', (text, limit, words) => expect(promptFault(text, limit)).toMatch(words));

  it('is right up to the limit, and counted as the library counts', () => {
    expect(promptFault('a'.repeat(800), 800)).toBeUndefined();
    expect(promptFault('a'.repeat(9000), undefined)).toBeUndefined();
    expect(lengthWords('😀'.repeat(600), 5000)).toBe('1,200 of 5,000 characters');
    expect(lengthWords('a', undefined)).toBe('1 characters');
  });

  it('knows how much a model reads', () => {
    expect([promptLimitOf('wan2.7-t2v'), promptLimitOf('wan3.0-video'), promptLimitOf('wan9')]).toEqual([
      5000,
      20_000,
      undefined,
    ]);
  });
});

describe('a refusal', () => {
  const rejected = { code: 'rejected', message: 'No.', retryable: false } as const;
  it.each([
    [true, view({ state: 'failed', problem: rejected })],
    [true, view({ state: 'ready', lastTry: { at: at(0), problem: rejected } })],
    [false, view({ state: 'generating', lastTry: { at: at(0), problem: rejected } })],
    [false, view({ state: 'failed', problem: { ...rejected, code: 'network' } })],
    [false, view()],
  ])('%s: %#', (is, one) => expect(wasRefused(one)).toBe(is));
});
