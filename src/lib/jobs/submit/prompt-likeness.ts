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
  const forms = [shown, decodedAnew(shown), withoutPercents(shown)];
  const isLike = forms.some((text) => [text, withoutSigns(text)].some((form) => areLike(lettersOf(form), ours)));
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
  // In capitals, "ß" and ligatures are letters of their own.
  const text = unescaped(unescaped(prompt)).normalize('NFKD').toUpperCase();
  const plainText = text.replace(/[ÆŒØŁĐÐÞ]/g, (letter) => WITHOUT_STROKES[letter] ?? letter);
  return plainText.replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Letters that have no decomposed form, as ASCII has them. */
const WITHOUT_STROKES: Readonly<Record<string, string>> = {
  ...{ Æ: 'AE', Œ: 'OE', Ø: 'O', Ł: 'L', Đ: 'D', Ð: 'D', Þ: 'TH' },
};

const WINDOWS_1252 = new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 32 }, (_, at) => 0x80 + at));

/** UTF-8 that some layer took for Latin-1, or for the code page of Windows that most take for that. */
function decodedAnew(text: string): string {
  const latin1 = text.replace(/[^\0-\xff]/g, (letter) => {
    const at = WINDOWS_1252.indexOf(letter);
    return at < 0 ? letter : String.fromCharCode(0x80 + at);
  });
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

/** Encoded as in a URL or a form, and perhaps cut within a letter. */
function withoutPercents(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'));
}

/** Without what a service writes in place of the text that it leaves out: `… (truncated)`, `...[300 more]...`, `[cut]`. */
function withoutSigns(text: string): string {
  return text
    .replace(/(?:\.{3}|…)[^.…]{0,60}(?:(?:\.{3}|…)|$)/gu, '…')
    .replace(/[[(<][^\])>]{0,40}\b(?:truncat|omit|cut|more|char|short)[^\])>]{0,40}[\])>]\s*$/iu, '')
    .replace(/&[#\w]{0,8}$/, '');
}

const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  ...{ szlig: 'ß', aelig: 'æ', oelig: 'œ', thorn: 'þ', eth: 'ð' },
};

/** Entities of HTML and escapes of JSON. */
function unescaped(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}\d{0,2}));|\\u([\da-f]{4})/gi,
    (all, decimal, hex, name, unit) => {
      if (name !== undefined) return namedLetter(String(name));
      const code = decimal === undefined ? Number.parseInt(hex ?? unit, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}

/** A named entity as far as letters matter: `&eacute;` has one, `&rsquo;` none, and `&amp;` may begin another entity. */
function namedLetter(name: string): string {
  if (name.toLowerCase() === 'amp') return '&';
  const accented = /^([a-z])(?:acute|grave|circ|uml|tilde|cedil|ring|slash|caron)$/i.exec(name)?.[1];
  return accented ?? NAMED_ENTITIES[name.toLowerCase()] ?? ' ';
}
