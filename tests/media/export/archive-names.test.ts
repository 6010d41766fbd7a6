import { expect, it } from 'vitest';
import { archiveNames } from '#lib/media/export/archive-names.ts';

it.each([
  [
    ['Harbour', 'Harbour', 'harbour.MP4'],
    ['Harbour.mp4', 'Harbour-2.mp4', 'harbour-3.MP4'],
  ],
  [['../../etc/passwd'], ['-..-etc-passwd.mp4']],
  [['v1.2'], ['v1.2.mp4']],
  [['manifest.json'], ['manifest.json.mp4']],
  [
    ['CON', 'a:b', ''],
    ['_CON.mp4', 'a-b.mp4', 'video.mp4'],
  ],
  [
    ['a-2', 'a', 'a'],
    ['a-2.mp4', 'a.mp4', 'a-3.mp4'],
  ],
])('%j', (wanted, names) => {
  const nameOf = archiveNames();
  expect(wanted.map((name) => nameOf(name, '.mp4'))).toEqual(names);
});

it('the manifest keeps its name', () => {
  expect(archiveNames()('Manifest', '.json')).toBe('Manifest-2.json');
});

it('10,000 items of one name do not take long', () => {
  const nameOf = archiveNames();
  const names = Array.from({ length: 10_000 }, () => nameOf('clip', '.mp4'));
  expect(new Set(names).size).toBe(10_000);
  expect(names.at(-1)).toBe('clip-10000.mp4');
});
