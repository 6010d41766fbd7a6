import { describe, expect, it } from 'vitest';
import { costWords, nextStep, stepKind } from '#lib/components/words/action-words.ts';
import type { VideoView } from '#lib/web/videos/view.ts';
import { at, view } from '../../fixtures/records/video-views.ts';

const failed = (code: 'network' | 'rejected' | 'unknown-outcome', retryable: boolean) =>
  view({ state: 'failed', problem: { code, message: 'No.', retryable } });
const held = (state: 'generating' | 'uncaptured', isPaid: boolean) =>
  view({ state, problem: { code: 'disk-full', message: 'No.', retryable: true, isPaid } });
const mayStillCome = view({
  state: 'canceled',
  problem: { code: 'aborted', message: 'Cancelled.', retryable: true, isPaid: true },
});
const perhapsSent = view({ state: 'canceled', problem: { code: 'aborted', message: 'Cancelled.', retryable: true } });
const paidFor = view({
  state: 'failed',
  problem: { code: 'config', message: 'No.', retryable: true, isPaid: true },
});

const offer = { cost: 'about $0.50', name: '1900' };

describe('the one thing to do', () => {
  it.each<[string, VideoView, string, string, boolean]>([
    ['none', view(), 'order', 'Generate 1900', false],
    ['canceled in time', view({ state: 'canceled' }), 'order', 'Generate 1900', false],
    ['canceled, and it goes on', mayStillCome, 'fetch', 'Resume 1900, at no cost', false],
    ['canceled while it was sent', perhapsSent, 'order', 'Generate 1900', false],
    ['generating', view({ state: 'generating' }), 'cancel', 'Cancel 1900', true],
    ['saving', view({ state: 'uncaptured', live: { stage: 'downloading', at: at(0) } }), 'cancel', 'Cancel 1900', true],
    ['not saved, and nobody at it', view({ state: 'uncaptured' }), 'fetch', 'Save 1900 now, at no cost', false],
    ['not saved for a reason', held('uncaptured', true), 'fetch', 'Try 1900 now, at no cost', false],
    ['not made for a reason', held('generating', true), 'fetch', 'Try 1900 now, at no cost', false],
    ['not made, and nothing bought', held('generating', false), 'cancel', 'Cancel 1900', true],
    ['failed for now', failed('network', true), 'order', 'Generate 1900', false],
    [
      'failed beside a film',
      { ...failed('network', true), src: '/videos/a.mp4' },
      'order',
      'Generate 1900 again',
      false,
    ],
    ['failed for now, and paid for', paidFor, 'fetch', 'Try 1900 again, at no cost', false],
    ['failed for good', failed('network', false), 'reorder', 'Generate 1900', true],
    [
      'a link in its place',
      view({ state: 'failed', problem: { code: 'disk', message: 'No.', retryable: false } }),
      'none',
      '',
      false,
    ],
    ['refused for its words', failed('rejected', false), 'reword', 'Edit the prompt for 1900', false],
    ['nobody knows whether it was bought', failed('unknown-outcome', true), 'reorder', 'Generate 1900 again', true],
    ['ready', view({ state: 'ready' }), 'reorder', 'Generate 1900 again', true],
  ])('%s', (_state, one, kind, words, isAsked) => {
    const step = nextStep(one, offer);
    expect([step.kind, step.words, step.question !== undefined]).toEqual([kind, words, isAsked]);
    expect(stepKind(one)).toBe(kind);
  });

  it.each<[string, VideoView, 'own' | 'same', string, string, boolean]>([
    ['before the first film', view(), 'own', 'order', 'Generate 1900 with your prompt', false],
    ['after a refusal', failed('rejected', false), 'own', 'order', 'Generate 1900 with your prompt', false],
    ['unchanged after a refusal', failed('rejected', false), 'same', 'reorder', 'Generate 1900', true],
    ['beside a film', view({ state: 'ready' }), 'own', 'reorder', 'Generate 1900 again with your prompt', true],
  ])('with words of the visitor, %s', (_when, one, prompt, kind, words, isAsked) => {
    const step = nextStep(one, { ...offer, prompt });
    expect([step.kind, step.words, step.question !== undefined]).toEqual([kind, words, isAsked]);
  });

  it('names the price before it is paid a second time', () => {
    for (const one of [view({ state: 'ready' }), failed('network', false), failed('unknown-outcome', true)]) {
      const step = nextStep(one, offer);
      expect(step.question).toContain('about $0.50');
      expect(step.yes).toContain('about $0.50');
    }
  });

  it.each([
    ['prompt', 'Nothing is ordered yet, so it costs nothing.'],
    ['submitting', 'The order may already have been sent; then the provider may charge for it.'],
    ['queued', 'It is still in the queue, so it costs nothing.'],
    ['generating', 'The provider may charge for it anyway.'],
    ['retrying', 'The provider may charge for it anyway.'],
  ] as const)('says what canceling costs: %s', (stage, words) => {
    const one = view({ state: 'generating', live: { stage, at: at(0) } });
    expect(nextStep(one, offer).question).toBe(`Cancelling stops the work here. ${words}`);
  });

  it('says that what is made is paid for, canceled or not', () => {
    const saving = view({ state: 'uncaptured', live: { stage: 'downloading', at: at(0) } });
    expect(nextStep(saving, offer).question).toContain('It is already made and paid for, and would not be saved.');
  });

  it('never shows an unknown price as a number', () => {
    expect(costWords(0.5)).toBe('about $0.50');
    expect(costWords(null)).toBe('price unknown');
  });
});
