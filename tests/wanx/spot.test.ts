import { describe, expect, it } from 'vitest';
import { isReelError } from '#lib/base/errors.ts';
import { parseEra, parseSpot, parseSpotEra, videoFileName, videoKey } from '#lib/wanx/spot.ts';

const spot = { id: 'eiffel-tower', name: 'Eiffel Tower' };
const era = { id: '1900', name: 'Belle Époque', period: '1900', year: 1900 };

function refusal(work: () => unknown): { code: string; stage: string | undefined; message: string } {
  try {
    work();
  } catch (error) {
    if (isReelError(error)) return { code: error.code, stage: error.stage, message: error.message };
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('parseSpotEra', () => {
  it('gives back what is valid and leaves out what it does not know', () => {
    expect(parseSpotEra({ ...spot, location: 'Paris', eras: [era] }, { ...era, color: 'red' })).toEqual({
      spot: { ...spot, location: 'Paris' },
      era,
    });
  });

  it.each([['a'], ['7'], ['a-b-c'], ['x'.repeat(64)]])('takes the id %s', (id) => {
    expect(parseSpot({ ...spot, id }).id).toBe(id);
  });

  it.each([
    [''],
    ['-a'],
    ['a-'],
    ['a--b'],
    ['Eiffel'],
    ['a b'],
    ['a_b'],
    ['../etc/passwd'],
    ['a/b'],
    ['a.mp4'],
    ['a\n'],
    ['é'],
    ['x'.repeat(65)],
    [42],
    [undefined],
    [null],
  ])('refuses the id %j and says what is allowed', (id) => {
    const { code, stage, message } = refusal(() => parseSpotEra(spot, { ...era, id }));
    expect({ code, stage }).toEqual({ code: 'invalid-input', stage: 'prompt' });
    expect(message).toMatch(
      /^era\.id must be lower-case letters and digits joined by single hyphens, 1 to 64 characters/,
    );
  });

  it.each([
    ['spot.name', () => parseSpot({ ...spot, name: '' }), 'readable text of 1 to 200'],
    ['spot.name', () => parseSpot({ ...spot, name: ' \u200b\n' }), 'readable text of 1 to 200'],
    ['spot.name', () => parseSpot({ ...spot, name: 'x'.repeat(201) }), 'readable text of 1 to 200'],
    ['spot.name', () => parseSpot({ id: 'a' }), 'readable text of 1 to 200'],
    ['spot.location', () => parseSpot({ ...spot, location: 'x'.repeat(201) }), 'at most 200'],
    ['spot.description', () => parseSpot({ ...spot, description: 7 }), 'at most 5000'],
    ['era.period', () => parseEra({ ...era, period: ['1900'] }), 'at most 200'],
    ['era.year', () => parseEra({ ...era, year: '1900' }), 'a whole number, negative for years BC'],
    ['era.year', () => parseEra({ ...era, year: 1900.5 }), 'a whole number, negative for years BC'],
    ['era.description', () => parseEra({ ...era, description: 'x'.repeat(5001) }), 'at most 5000'],
    ['spot', () => parseSpotEra(undefined, era), 'must be an object'],
    ['era', () => parseSpotEra(spot, 'today'), 'must be an object'],
  ])('names the field %s', (field, work, allowed) => {
    const { code, message } = refusal(work);
    expect(code).toBe('invalid-input');
    expect(message.startsWith(`${field} must be`)).toBe(true);
    expect(message).toContain(allowed);
  });

  it('shows a hostile value short and in one line', () => {
    const { message } = refusal(() => parseSpot({ ...spot, id: `a\n\u001b[31m${'z'.repeat(10_000)}` }));
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(message.length).toBeLessThan(300);
    expect(message).toContain('characters)');
  });

  it('takes names at their limits, and empty notes as absent ones', () => {
    expect(parseSpot({ ...spot, name: '天'.repeat(200), description: '' }).name).toHaveLength(200);
  });
});

describe('videoKey and videoFileName', () => {
  it('keeps two pairs apart that spell the same file name', () => {
    expect(videoFileName('a-b', 'c')).toBe('a-b-c.mp4');
    expect(videoFileName('a', 'b-c')).toBe('a-b-c.mp4');
    expect(videoKey('a-b', 'c')).not.toBe(videoKey('a', 'b-c'));
  });

  it.each([videoKey, videoFileName])('refuses an id that is a path', (name) => {
    expect(refusal(() => name('../up', 'today')).message).toContain('spot.id');
    expect(refusal(() => name('up', '..')).message).toContain('era.id');
  });
});
