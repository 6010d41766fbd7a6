/** Invisible or unpaired: direction marks, zero-width signs, fillers, private use, lone surrogates. */
const UNSEEN = /[\p{Cf}\p{Cs}\p{Co}\p{DI}]/gu;
/**
 * Signs with a meaning of their own in a prompt: quotes ask for spoken lines or lettering, square brackets mark timed
 * shots and script tags, the others are markup. A space keeps the words around them apart.
 */
const STEERING = /["“”„‟«»‹›「」『』〝〞＂`´[\]{}<>|\\［］｛｝＜＞【】]/gu;
/** An apostrophe inside a word belongs to the word (L'Arc); anywhere else it is a quote. */
const LOOSE_APOSTROPHE = /(?<![\p{L}\p{N}])'|'(?![\p{L}\p{N}])/gu;
/** Stacked marks that bury the text around them; no living script puts more than three on one letter. */
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;
/** What ends a clause: in a name it would start a sentence, and so an instruction, of its own. */
const NAME_BREAKS = /\s*(?:[:;!?。！？；：]+|(?<=\p{L}{4})\.(?=\s|$))\s*/gu;

const TRAILING_JOIN = /(?:[\s,;:–—-]+|\s(?:a|an|and|as|at|by|for|from|in|into|of|on|or|the|to|with))+$/iu;

/** Descriptions reach us from files and forms of any size; no prompt can use more than this. */
const MAX_SOURCE_CHARACTERS = 40_000;
/** Shorter than this, a cut sentence says nothing worth its place. */
const MIN_CUT_CHARACTERS = 24;

/** Prompt length as the provider may count it. It does not say code points or UTF-16 units: we take the larger count. */
export function promptLength(text: string): number {
  return text.length;
}

/** Han characters with their punctuation and full-width signs: what HappyHorse may count as Chinese. */
const CHINESE = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/gu;

export function chineseCharacters(text: string): number {
  return text.match(CHINESE)?.length ?? 0;
}

/** Length as a model counts it: for some, Chinese characters count twice. */
export function countedLength(text: string, { chineseCountsTwice }: { chineseCountsTwice: boolean }): number {
  return promptLength(text) + (chineseCountsTwice ? chineseCharacters(text) : 0);
}

/** Free text as one harmless line: composed, without invisible signs, quotes and brackets, white space folded. */
export function cleanText(text: string | null | undefined): string {
  return (text ?? '')
    .slice(0, MAX_SOURCE_CHARACTERS)
    .replace(UNSEEN, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[‘’‛]/gu, "'")
    .normalize('NFC')
    .replace(STEERING, ' ')
    .replace(LOOSE_APOSTROPHE, ' ')
    .replace(PILED_MARKS, '$1')
    .replace(/\s+/gu, ' ')
    .replace(/\s+(?=[,.;:!?](?:\s|$))/gu, '')
    .trim();
}

/** A name for the middle of a sentence: as `cleanText`, and one clause of at most `max` characters. */
export function cleanName(text: string | null | undefined, max: number): string {
  const oneClause = cleanText(text)
    .replace(NAME_BREAKS, ', ')
    .replace(/^[\s,.]+|[\s,]+$/gu, '');
  return cutAtWord(oneClause, max);
}

/** The text with a full stop, ready to stand among other sentences; '' stays ''. */
export function asSentence(text: string): string {
  if (text === '') return '';
  return /[.!?。！？…]$/u.test(text) ? text : `${text}.`;
}

/**
 * The beginning of a description in at most `max` UTF-16 units: whole sentences as far as they go; when not even the
 * first fits, as many words of it as fit, up to a clause border where there is one. '' when nothing sensible fits.
 */
export function shorten(text: string, max: number): string {
  const whole = asSentence(text);
  if (whole.length <= max) return whole;
  const sentences = segments(whole, 'sentence');
  const kept = takeWhileFits(sentences, max).trimEnd();
  if (kept !== '') return asSentence(kept);
  if (max < MIN_CUT_CHARACTERS) return '';
  return asSentence(cutAtClause(cutAtWord(sentences[0] ?? '', max - 1)));
}

/** Never inside a word where there are words, never inside a grapheme: half a surrogate pair is not text. */
function cutAtWord(text: string, max: number): string {
  if (text.length <= max) return text;
  const words = takeWhileFits(segments(text.slice(0, max * 4), 'word'), max).replace(TRAILING_JOIN, '');
  return words === '' ? takeWhileFits(segments(text.slice(0, max * 4), 'grapheme'), max) : words;
}

function cutAtClause(text: string): string {
  const border = Math.max(text.lastIndexOf(', '), text.lastIndexOf('; '));
  return border > text.length / 2 ? text.slice(0, border) : text;
}

function takeWhileFits(pieces: readonly string[], max: number): string {
  let kept = '';
  for (const piece of pieces) {
    if ((kept + piece).trimEnd().length > max) break;
    kept += piece;
  }
  return kept;
}

function segments(text: string, granularity: 'sentence' | 'word' | 'grapheme'): string[] {
  return Array.from(new Intl.Segmenter('en', { granularity }).segment(text), (part) => part.segment);
}
