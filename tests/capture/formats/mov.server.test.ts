import { expect, it } from 'vitest';
import { movReadBy } from '#lib/capture/formats/mov.server.ts';

const mov = movReadBy(async (path) => ({ media: {}, notes: [path] }));

it.each<[string, boolean]>([
  ['\0\0\0\x14ftypqt  ', true],
  ['\0\0\0\x14ftypisom', false],
  // Two brands that only begin so.
  ['\0\0\0\x14ftypqt\0\0', false],
  ['\0\0\0\x14moovqt  ', false],
  ['\0\0\0\x14ftypqt ', false],
  ['', false],
])('a file that begins with %j is QuickTime: %s', (head, isMov) => {
  expect(mov.startsLike(Buffer.from(head, 'latin1'))).toBe(isMov);
});

it('a QuickTime file is read as the MP4 that was made of it', async () => {
  expect(await mov.inspect('/a.mov')).toEqual({ media: {}, notes: ['/a.mov'] });
});
