import { describe, expect, it } from 'vitest';
import { costWords, nextStep } from '#lib/components/action-words.ts';
import type { VideoView } from '#lib/web/video-view.ts';
import { at, view } from '../fixtures/video-views.ts';

const failed = (code: 'network' | 'rejected' | 'unknown-outcome', retryable: boolean) =>
  view({ state: 'failed', problem: { code, message: 'No.', retryable } });
const held = (state: 'generating' | 'uncaptured', isPaid: boolean) =>
  view({ state, problem: { code: 'disk-full', message: 'No.', retryable: true, isPaid } });
const paidFor = view({
  state: 'failed',
  problem: { code: 'config', message: 'No.', retryable: true, isPaid: true },
});

describe('the one thing to do', () => {
  it.each<[string, VideoView, string, string, boolean]>([
    ['none', view(), 'order', 'Generate', false],
    ['canceled', view({ state: 'canceled' }), 'order', 'Generate', false],
    ['generating', view({ state: 'generating' }), 'cancel', 'Cancel', true],
    ['saving', view({ state: 'uncaptured', live: { stage: 'downloading', at: at(0) } }), 'cancel', 'Cancel', true],
    ['not saved, and nobody at it', view({ state: 'uncaptured' }), 'fetch', 'Save it now, at no cost', false],
    ['not saved for a reason', held('uncaptured', true), 'fetch', 'Try now, at no cost', false],
    ['not made for a reason', held('generating', true), 'fetch', 'Try now, at no cost', false],
    ['not made, and nothing bought', held('generating', false), 'cancel', 'Cancel', true],
    ['failed for now', failed('network', true), 'order', 'Try again', false],
    ['failed for now, and paid for', paidFor, 'fetch', 'Try again, at no cost', false],
    ['failed for good', failed('rejected', false), 'reorder', 'Order it again', true],
    ['nobody knows whether it was bought', failed('unknown-outcome', true), 'reorder', 'Order it again', true],
    ['ready', view({ state: 'ready' }), 'reorder', 'Make it again', true],
  ])('%s', (_state, one, kind, words, isAsked) => {
    const step = nextStep(one, 'about $0.50');
    expect([step.kind, step.words, step.question !== undefined]).toEqual([kind, words, isAsked]);
  });

  it('names the price before it is paid a second time', () => {
    for (const one of [view({ state: 'ready' }), failed('rejected', false), failed('unknown-outcome', true)]) {
      const step = nextStep(one, 'about $0.50');
      expect(step.question).toContain('about $0.50');
      expect(step.yes).toContain('about $0.50');
    }
  });

  it('says what canceling costs', () => {
    const queued = view({ state: 'generating', live: { stage: 'queued', at: at(0) } });
    expect(nextStep(queued, '').question).toContain('costs nothing');
    const running = view({ state: 'generating', live: { stage: 'generating', at: at(0) } });
    expect(nextStep(running, '').question).toContain('may charge');
  });

  it('never shows an unknown price as a number', () => {
    expect(costWords(0.5)).toBe('about $0.50');
    expect(costWords(null)).toBe('price not known');
  });
});
