import { expect, it } from 'vitest';
import { promptNote } from '#lib/wanx/prompt/note.ts';

it.each<[string | undefined, string | undefined, 'finished' | 'under-way', RegExp | undefined]>([
  ['mine', 'mine', 'finished', undefined],
  [undefined, 'theirs', 'under-way', undefined],
  ['mine', 'theirs', 'finished', /a finished video with another prompt.*Nothing was bought/],
  ['mine', 'theirs', 'under-way', /already under way.*Nothing else was bought/],
  // An order that is not known yet is not mine.
  ['mine', undefined, 'under-way', /already under way/],
  ['mine ', 'mine', 'finished', /another prompt/],
])('asked for %j, sent %j, %s: %s', (asked, sent, state, note) => {
  const found = promptNote(asked, sent, state);
  if (note) expect(found).toMatch(note);
  else expect(found).toBeUndefined();
});
