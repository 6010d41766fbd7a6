import { createHash } from 'node:crypto';
import { ReelError } from '#lib/base/errors.ts';

const LONGEST_NAME_BYTES = 500;
const LONGEST_KEY_BYTES = 2000;

// Two characters begin an escape, and therefore escape themselves: the least but one, and the last before the surrogates.
const LEAST = '\u0000';
const FIRST = '\u0001';
const LAST = '\ud7ff';
const SECOND = '\u0002';
/** Added to half a pair, U+D800 to U+DFFF, to make a letter of it. */
const TO_LETTER = 0x100 - 0xd800;

/**
 * Any text as one that a database can hold: PostgreSQL refuses NUL, and UTF-8 has no half of a surrogate pair. All other
 * text stays as it is. Two texts sort by their bytes as they do by their code points, also escaped.
 */
export function toStorable(text: string): string {
  const isPlain = text.isWellFormed() && ![LEAST, FIRST, LAST].some((character) => text.includes(character));
  return isPlain ? text : Array.from(text, escaped).join('');
}

export function fromStorable(stored: string): string {
  if (!stored.includes(FIRST) && !stored.includes(LAST)) return stored;
  let text = '';
  for (let at = 0; at < stored.length; at += 1) {
    const unit = stored.charAt(at);
    const next = stored.charAt(at + 1);
    if (unit === FIRST) text += next === FIRST ? LEAST : FIRST;
    else if (unit === LAST) text += next === FIRST ? LAST : String.fromCharCode(stored.charCodeAt(at + 2) - TO_LETTER);
    else text += unit;
    if (unit === FIRST || unit === LAST) at += unit === LAST && next === SECOND ? 2 : 1;
  }
  return text;
}

function escaped(character: string): string {
  if (character === LEAST) return FIRST + FIRST;
  if (character === FIRST) return FIRST + SECOND;
  if (character === LAST) return LAST + FIRST;
  return character.isWellFormed()
    ? character
    : LAST + SECOND + String.fromCharCode(character.charCodeAt(0) + TO_LETTER);
}

/** @throws ReelError `invalid-input` for a key that does not fit into PostgreSQL's index, whose entries are bounded */
export function requireStorable(key: string): void {
  if (Buffer.byteLength(toStorable(key)) <= LONGEST_KEY_BYTES) return;
  const message = `The key ${JSON.stringify(key.slice(0, 80))}… is too long`;
  throw new ReelError('invalid-input', `${message}: a database holds keys of up to ${LONGEST_KEY_BYTES} bytes.`, {
    stage: 'recording',
  });
}

/** A name that is only compared for equality: one that does not fit into an index is cut, and identified by its hash. */
export function toStorableName(text: string): string {
  const storable = toStorable(text);
  if (Buffer.byteLength(storable) <= LONGEST_NAME_BYTES) return storable;
  const start = storable.slice(0, 80).replace(/[\ud800-\udbff]$/, '');
  return `${start}${FIRST}\u0003${createHash('sha256').update(storable).digest('hex')}`;
}

/** The first text after all that begin with `prefix`, in the order of their bytes. The prefix is not empty. */
export function endOfPrefix(prefix: string): string {
  const last = prefix.length - 1;
  return prefix.slice(0, last) + String.fromCharCode(prefix.charCodeAt(last) + 1);
}
