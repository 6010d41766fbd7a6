import { describe, expect, it } from 'vitest';
import { lengthWords, promptFault, readerOf, wasRefused } from '#lib/components/live/prompt-draft.ts';
import { listModels } from '#lib/wanx/models.ts';
import { at, view } from '../../fixtures/records/video-views.ts';

describe('a text that is written', () => {
  it.each([
    ['', 'wan2.2-t2v-plus', /Describe the video/],
    [' \n', 'wan2.2-t2v-plus', /Describe the video/],
    ['a'.repeat(801), 'wan2.2-t2v-plus', /by 1 character\./],
    ['a'.repeat(2012), 'wan2.2-t2v-plus', /by 1,212 characters\./],
  ])('is at fault: %#', (text, model, words) => expect(promptFault(text, readerOf(model))).toMatch(words));

  it('is right up to the limit, and counted as the library counts', () => {
    const [small, usual, other] = ['wan2.2-t2v-plus', 'wan2.7-t2v', 'wan9'].map(readerOf);
    if (!small || !usual || !other) throw new Error('no reader');
    expect(promptFault('a'.repeat(800), small)).toBeUndefined();
    expect(promptFault('a'.repeat(90_000), other)).toBeUndefined();
    expect(lengthWords('😀'.repeat(600), usual)).toBe('1,200 of 5,000 characters');
    expect(lengthWords('ab', other)).toBe('2 characters');
  });

  it('counts Chinese characters twice where the model does', () => {
    const model = listModels().find(({ chineseCountsTwice }) => chineseCountsTwice);
    if (!model) throw new Error('no such model any more');
    const most = Math.floor(model.promptLimit / 2);
    expect(promptFault('塔'.repeat(most), readerOf(model.id))).toBeUndefined();
    expect(promptFault('塔'.repeat(most + 1), readerOf(model.id))).toMatch(/Too long/);
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
