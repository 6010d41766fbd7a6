import { type Dated, markerOf, plainYears, type Span, single, TO, type YearSpan } from './figures.ts';

/** Fixed: the same words give the same prompt in every year. */
export const PRESENT_YEAR = 2025;
/** Nobody needs more to name a period. */
const LONGEST_TEXT = 500;

const OPEN_END = /\b(?:today|present|now|nowadays|onwards?|since|heute|oggi|hoy)\b|至今/i;

const ORDINAL = '\\b(\\d{1,2}|[IVX]{1,5})\\s?(?:st|nd|rd|th|er|e|è|ème|ième|\\.)?';
const CENTURY = new RegExp(
  `(?:${ORDINAL}${TO})?${ORDINAL}[\\s-]*(?:centur(?:y|ies)\\b|(?<=(?:st|nd|rd|th)[\\s-]*)c\\.|siècles?|Jahrhunderts?|Jh|eeuw|世[纪紀])`,
  'giu',
);
const CENTURY_AFTER = new RegExp(`\\b(?:siglos?|secol[oi]|séculos?)\\s+(?:${ORDINAL}${TO})?${ORDINAL}`, 'giu');
const MILLENNIUM = /\b(\d)(?:st|nd|rd|th)[\s-]+millenni(?:um|a)\b/gi;
const AGO = /\b(\d[\d.,]*)\s*(thousand|million|billion)?\s*years?\s+ago\b/gi;
const DECADE =
  /(?<![\d.,])(\d{3}0|[3-9]0)(?:s\b|er[nr]?\b(?!\s*[-–]))|\b(?:années|anni|años|anos)\s+(\d{3}0|[3-9]0)\b/giu;
const DECADE_WORD =
  /\b(?:(eighteen|nineteen)[\s-]+)?(twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)\b/gi;
const DECADES = ['twenties', 'thirties', 'forties', 'fifties', 'sixties', 'seventies', 'eighties', 'nineties'];
const ISO_DATE = /\b(\d{4})-\d{2}-\d{2}\b/g;
/** Which part of a century: its first and last year within. Longer names first. */
const PARTS: ReadonlyArray<readonly [RegExp, from: number, to: number]> = [
  [/(?:first half of|1st half of)(?: the)?\s*$/i, 0, 49],
  [/(?:second half of|2nd half of)(?: the)?\s*$/i, 50, 99],
  [/turn of(?: the)?\s*$/i, -10, 10],
  [/(?:end|close) of(?: the)?\s*$/i, 90, 99],
  [/(?:beginning|start|dawn) of(?: the)?\s*$/i, 0, 10],
  [/\bearly(?:[\s-]+(?:in )?(?:the )?)?\s*$/i, 0, 30],
  [/\b(?:mid|middle)(?:[\s-]+(?:of )?(?:the )?)?\s*$/i, 35, 65],
  [/\blate(?:[\s-]+(?:in )?(?:the )?)?\s*$/i, 70, 99],
];

const ORDINAL_WORDS = [
  'first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth',
  'sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty[- ]?first',
].flatMap((line) => line.split('|'));
const SPELT_ORDINAL = new RegExp(
  `\\b(${ORDINAL_WORDS.toReversed().join('|')})(?=[\\s-]+(?:centur|millenni)|${TO}\\w+[\\s-]+centur)`,
  'gi',
);

/** The years that a period text names, from the first to the last of them; undefined where none is sure. */
export function yearsOf(text: string): YearSpan | undefined {
  const page = { text: text.slice(0, LONGEST_TEXT).replace(SPELT_ORDINAL, (word) => `${ordinalOf(word)}th`) };
  // In this order: each takes its words away from those behind it.
  const dated = [
    ...taken(page, AGO, yearsAgo),
    ...taken(page, CENTURY, centuries),
    ...taken(page, CENTURY_AFTER, centuries),
    ...taken(page, MILLENNIUM, millennium),
    ...taken(page, DECADE, (match) => decade(Number(match[1] ?? match[2]))),
    ...taken(page, DECADE_WORD, decadeByWord),
    ...taken(page, ISO_DATE, (match) => single(Number(match[1]))),
    ...plainYears(page.text),
  ];
  return together(dated, OPEN_END.test(page.text));
}

function together(dated: readonly Dated[], isOpen: boolean): YearSpan | undefined {
  let later: boolean | undefined;
  const spans: YearSpan[] = [];
  for (const one of dated.toSorted((a, b) => b.at - a.at)) {
    // "447–432 BC": what comes before a year BC is BC as well.
    later = one.isBefore ?? later === true;
    spans.push(one.span(later));
  }
  if (spans.length === 0) return undefined;
  const from = Math.min(...spans.map((span) => span.from));
  const to = Math.max(...spans.map((span) => span.to));
  return { from, to: isOpen ? Math.max(to, PRESENT_YEAR) : to };
}

/** Reads every match, and blanks it out for the rules that follow. */
function taken(
  page: { text: string },
  pattern: RegExp,
  read: (match: RegExpExecArray, text: string) => Span | undefined,
): Dated[] {
  const { text } = page;
  const dated: Dated[] = [];
  for (const match of text.matchAll(pattern)) {
    const span = read(match, text);
    if (!span) continue;
    dated.push({ at: match.index, isBefore: markerOf(text, match.index, match.index + match[0].length), span });
    page.text =
      page.text.slice(0, match.index) + ' '.repeat(match[0].length) + page.text.slice(match.index + match[0].length);
  }
  return dated;
}

function yearsAgo([, digits = '', unit = '']: RegExpExecArray): Span {
  const scale = { thousand: 1e3, million: 1e6, billion: 1e9 }[unit.toLowerCase()] ?? 1;
  // A point is a fraction before a unit ("1.5 million"), and a separator without one ("12.000").
  const count = Number(scale === 1 ? digits.replaceAll(/[.,]/g, '') : digits.replaceAll(',', '')) * scale;
  return () => ({ from: PRESENT_YEAR - count, to: PRESENT_YEAR - count });
}

function centuries(match: RegExpExecArray, text: string): Span | undefined {
  const last = ordinalOf(match[2]);
  const first = firstOfRange(match) ?? last;
  if (first === undefined || last === undefined) return undefined;
  const before = text.slice(0, match.index);
  const [, start = 0, end = 99] = PARTS.find(([words]) => words.test(before)) ?? [];
  return (isBefore) => {
    const hundreds = (ordinal: number) => (isBefore ? -ordinal : ordinal - 1) * 100;
    return { from: hundreds(first) + start, to: hundreds(last) + end };
  };
}

/** "18th–19th", "17-19th": but the 2 of "Phase 2 – 20th century" begins no range, nor does the king of "Louis XV – 18th". */
function firstOfRange(match: RegExpExecArray): number | undefined {
  const [whole, first = '', last = ''] = match;
  if (/^\d/.test(first) !== /^\d/.test(last)) return undefined;
  const [from, to] = [ordinalOf(first), ordinalOf(last)];
  if (from === undefined || to === undefined) return undefined;
  const isSpeltOut = /^(?:\d+\s?(?:st|nd|rd|th|er|e|è|\.)|siglo|secol|século)/i.test(whole);
  return isSpeltOut || Math.abs(to - from) <= 3 ? from : undefined;
}

function millennium([, digit]: RegExpExecArray): Span {
  const number = Number(digit);
  return (isBefore) => {
    const from = (isBefore ? -number : number - 1) * 1000;
    return { from, to: from + 999 };
  };
}

/** Of two digits it is one of the last century: "the 60s". "The 20s" may be either, and is not taken. */
function decade(start: number): Span {
  const from = start < 100 ? 1900 + start : start;
  return () => ({ from, to: from + 9 });
}

function decadeByWord([, century, word = '']: RegExpExecArray): Span {
  const tens = (DECADES.indexOf(word.toLowerCase()) + 2) * 10;
  return decade((century?.toLowerCase() === 'eighteen' ? 1800 : 1900) + tens);
}

function ordinalOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const spelt = ORDINAL_WORDS.findIndex((word) => new RegExp(`^${word}$`, 'i').test(text));
  return spelt >= 0 ? spelt + 1 : romanNumber(text.toUpperCase());
}

const ROMAN: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10 };

function romanNumber(text: string): number | undefined {
  if (!/^X{0,2}(?:IX|IV|V?I{0,3})$/.test(text) || text === '') return undefined;
  const values = [...text].map((letter) => ROMAN[letter] ?? 0);
  return values.reduce((sum, value, index) => sum + (value < (values[index + 1] ?? 0) ? -value : value), 0);
}
