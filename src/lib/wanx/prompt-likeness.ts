import { distance } from 'fastest-levenshtein';

export type Likeness = 'same' | 'similar' | 'different';

/** Of letters: mangling changes one in twenty; two eras of one spot, described by one template, differ in one of five. */
const MOST_DIFFERENT_SHARE = 0.12;

/**
 * Compares the prompt that a task shows with the one that was sent. Services show prompts in other forms: with entities,
 * in another Unicode normal form, cut short, with quotes around them. Such a task may be ours, although nobody can be sure;
 * only a clearly different text is somebody else's.
 */
export function likenessOf(shown: string, sent: string): Likeness {
  // Without a prompt (some requests need none) all tasks of a kind look the same.
  if (plain(sent) !== '' && plain(shown) === plain(sent)) return 'same';
  const ours = lettersOf(sent);
  const isLike = [shown, decodedAnew(shown)].some((text) => areLike(lettersOf(text), ours));
  return isLike ? 'similar' : 'different';
}

function plain(prompt: string): string {
  return prompt.normalize('NFC').replace(/\s+/g, ' ').trim();
}

function areLike(shown: string, sent: string): boolean {
  if (shown === '' || sent === '') return shown === '';
  const most = Math.min(shown.length, sent.length) * MOST_DIFFERENT_SHARE;
  return (
    shown.includes(sent) ||
    sent.includes(shown) ||
    unlikeMiddle(shown, sent) <= most ||
    headsDiffer(shown, sent) <= most
  );
}

/** Letters of the shorter one that neither a common beginning nor a common end covers: it may be cut in its middle. */
function unlikeMiddle(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let start = 0;
  while (start < length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return length - start - end;
}

/** Changes in as much of both as the shorter one has: the other may have been cut, or go on. */
function headsDiffer(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  return distance(a.slice(0, length), b.slice(0, length));
}

/** Letters and digits alone: what is shown may lack accents, width, case, quotes and white space. */
function lettersOf(prompt: string): string {
  const text = unescaped(unescaped(prompt)).normalize('NFKD').toLowerCase();
  return text.replace(/[^\p{L}\p{N}]+/gu, '');
}

/** UTF-8 that some layer took for Latin-1. */
function decodedAnew(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** Entities of HTML and escapes of JSON. */
function unescaped(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));|\\u([\da-f]{4})/gi,
    (all, decimal, hex, name, unit) => {
      if (name !== undefined) return NAMED_ENTITIES[String(name).toLowerCase()] ?? all;
      const code = decimal === undefined ? Number.parseInt(hex ?? unit, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}
