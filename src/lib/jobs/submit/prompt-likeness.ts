export type Likeness = 'same' | 'similar' | 'different';

/** So much of the longer text the shorter one must have, where letters were lost or added here and there. */
const LEAST_KEPT_SHARE = 0.85;

/**
 * Compares the prompt that a task shows with the one that was sent. Services show prompts in other forms: with
 * entities, in another Unicode normal form, cut short, with quotes around them. Such a task may be ours, although that
 * is not certain; only a clearly different text belongs to another submission.
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

/**
 * Whether one may be another form of the other. A form loses letters, gets some around it, or is cut; it never changes one
 * for another: prompts of one template that differ in a name or a year are different.
 */
function areLike(shown: string, sent: string): boolean {
  if (shown === '' || sent === '') return shown === '';
  const [shorter, longer] = shown.length < sent.length ? [shown, sent] : [sent, shown];
  if (longer.includes(shorter) || isCutInTheMiddle(shorter, longer)) return true;
  return shorter.length >= longer.length * LEAST_KEPT_SHARE && isSubsequence(shorter, longer);
}

/** Its beginning and its end, together all of it, are those of the longer text. */
function isCutInTheMiddle(shorter: string, longer: string): boolean {
  let start = 0;
  while (start < shorter.length && shorter[start] === longer[start]) start += 1;
  return longer.endsWith(shorter.slice(start));
}

function isSubsequence(shorter: string, longer: string): boolean {
  let found = 0;
  for (const unit of longer) if (unit === shorter[found]) found += 1;
  return found === shorter.length;
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
