import { describe, expect, it } from 'vitest';
import { checkIds } from '#lib/scrape/record/check-ids.ts';

describe('ids of scraped videos', () => {
  it.each(['UCabc_-123', '-xWq9.v2', '_a', '@channel', 'a'.repeat(100)])('may be %s', (id) => {
    expect(() => checkIds({ channelId: id, videoId: id })).not.toThrow();
  });

  it.each([
    '',
    '.',
    '..',
    '../x',
    'a/b',
    'a\\b',
    '.hidden',
    'end.',
    'a b',
    'a~1',
    'é',
    'nul',
    'CON.mp4',
    'a\n',
    'a'.repeat(101),
    7,
  ])('must not be %j', (id) => {
    const refused = expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining('videoId') });
    expect(() => checkIds({ channelId: 'news', videoId: id as string })).toThrow(refused);
  });
});
