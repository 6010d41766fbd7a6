import { describe, expect, it } from 'vitest';
import { isPlain, partsOf, plainly, tellProblem } from '#lib/components/words/plain-words.ts';
import { sentenceOf, stageName, toldOf } from '#lib/components/words/stage-words.ts';
import { at, view } from '../../fixtures/records/video-views.ts';

const TECHNICAL = [
  'The link https://dashscope-result.oss.aliyuncs.com/1d/a.mp4 answered 403.',
  'See oss://bucket/key for it.',
  'The task goes on; its result can be fetched until 2026-11-30T10:00:00.000Z.',
  'The task 8ecbbda4-1207-41cc-a02f-cae20134064e is not known.',
  'connect ECONNREFUSED of the provider',
  'The provider said {"code":"InternalError"}.',
  'It failed (request id e70a8954).',
  'A word '.repeat(60),
];

describe('a message', () => {
  it.each(TECHNICAL)('for machines is folded away: %s', (message) => {
    const told = plainly('network', message);
    expect(told).toEqual({ text: 'The provider could not be reached.', details: message });
    expect(isPlain(told.text)).toBe(true);
  });

  it.each([
    'The provider could not make it. It was not charged.',
    'The budget of $5.00 does not allow it: $4.80 is spent.',
    'The file was replaced by a link, which is not served. Put the file itself in its place, or run: npm run audit -- --repair',
    'prompt has 5001 characters, but wan2.7-t2v reads only 5000. Shorten it.',
  ])('for people stays: %s', (message) => expect(plainly('network', message)).toEqual({ text: message }));

  it('of a code that this page does not know says at least that it did not work', () => {
    expect(plainly('new-code', TECHNICAL[0] ?? '').text).toBe('It did not work.');
    expect(plainly(undefined, TECHNICAL[0] ?? '').text).toBe('It did not work.');
  });
});

describe('a problem', () => {
  const problem = { code: 'provider-failed', message: TECHNICAL[0] ?? '', retryable: true } as const;

  it.each([
    ['is paid for', { ...problem, isPaid: true }, {}, /costs nothing/],
    ['was not charged', problem, { costUsd: 0, submittedAt: at(0) }, /Nothing was charged/],
    ['was charged', problem, { costUsd: 0.5, submittedAt: at(0) }, /\$0\.50/],
    ['never left', problem, {}, /Nothing was bought/],
    ['may have been bought', { ...problem, code: 'unknown-outcome' as const }, {}, /may have been charged/],
  ])('that %s says so', (_name, one, facts, words) => expect(tellProblem(one, facts).text).toMatch(words));

  it('is told in sentences of a person wherever a video is', () => {
    for (const state of ['failed', 'generating', 'uncaptured'] as const) {
      const one = view({ state, problem });
      expect(sentenceOf(one, 0)).not.toMatch(/https?:|aliyuncs/);
      expect(toldOf(one)?.details).toBe(problem.message);
      expect(stageName(one)).not.toContain('http');
    }
  });
});

describe('the details', () => {
  it('have no address but its host, and times as a person writes them', () => {
    const parts = partsOf('GET https://user@a.test/x?Signature=1 failed at 2026-11-30T10:05:00.000Z, 2 times.');
    expect(parts.map(({ text }) => text).join('')).toBe(
      'GET [link to user@a.test] failed at 30\u00a0Nov\u00a02026, 10:05\u00a0UTC, 2 times.',
    );
    expect(parts.filter(({ iso }) => iso)).toEqual([
      { text: '30\u00a0Nov\u00a02026, 10:05\u00a0UTC', iso: '2026-11-30T10:05:00.000Z' },
    ]);
  });
});
