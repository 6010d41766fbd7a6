// Years written as bare numbers. A number is taken for a year only where it can be nothing else: "Apollo 11", "World War 2"
// and "8 May" hold numbers, too, and a wrong century shuts out of the picture what belongs into it.

/** First and last year, both included; years BC are negative. */
export interface YearSpan {
  from: number;
  to: number;
}

/** Something dated in the text. Before Christ the same words count backwards. */
export interface Dated {
  at: number;
  isBefore: boolean | undefined;
  span: Span;
}

export type Span = (isBefore: boolean) => YearSpan;

const BC_AFTER = /^\s*(?:BCE?|bce?|B\.\s?C\.|v\.\s?(?:Chr|u\.)|av(?:ant)?\.?\s?J|a\.\s?C\.)(?!\p{L})/u;
const AD_AFTER = /^\s*(?:AD|CE|A\.\s?D\.|C\.\s?E\.|n\.\s?Chr)(?!\p{L})/u;
const BC_BEFORE = /(?:公元前|紀元前|前)\s*$/u;
const AD_BEFORE = /(?:(?<!\p{L})(?:AD|A\.\s?D\.|CE)|公元|西元)\s*$/u;

/** A range's dash, or the word for it. */
export const TO = '\\s*(?:[-–—/&]|\\b(?:to|and|or|until|till|through|bis|und|et|y|e|al?)\\b)\\s*';
const NUMBER = /(?<![\d.,])\d{1,3}(?:[ ,.]\d{3})+(?!\d)|\d+/g;

/** Words that may stand beside a number of three digits without making it something else than a year. */
const DATE_WORDS =
  /^(?:c|ca|circa|about|around|approx|approximately|early|late|mid|the|year|years|in|of|from|to|until|till|between|and|before|after|by|um|vers|hacia|anno|AD|CE|BCE?|spring|summer|autumn|winter|january|february|march|april|may|june|july|august|september|october|november|december)$/i;

interface Figure {
  at: number;
  end: number;
  value: number;
  digits: number;
  isBefore: boolean | undefined;
}

/** Bare numbers: of four digits a year, of fewer only by what stands beside them. */
export function plainYears(text: string): Dated[] {
  const figures = [...text.matchAll(NUMBER)].map((match): Figure => {
    const [at, end] = [match.index, match.index + match[0].length];
    const plain = match[0].replaceAll(/\D/g, '');
    return { at, end, value: Number(plain), digits: plain.length, isBefore: markerOf(text, at, end) };
  });
  const isDateOnly = (text.match(/\p{L}+/gu) ?? []).every((word) => DATE_WORDS.test(word));
  const sure = new Set(figures.filter((figure) => isSureYear(figure, isDateOnly)));
  const years: Dated[] = [];
  for (const [index, figure] of figures.entries()) {
    const value = sure.has(figure) ? figure.value : byNeighbour(figure, figures, index, sure, text);
    if (value === undefined) continue;
    sure.add(figure);
    years.push({ at: figure.at, isBefore: figure.isBefore, span: single(value) });
  }
  return years;
}

function isSureYear({ at, end, value, digits, isBefore }: Figure, isDateOnly: boolean): boolean {
  if (isBefore !== undefined) return true;
  // "10,000" and the like are amounts unless somebody says BC.
  if (end - at > digits) return false;
  return digits === 4 ? value >= 1000 && value < 3000 : digits === 3 && isDateOnly;
}

/** The other end of a range: "793–1066", "447–432 BC", "1914–18". */
function byNeighbour(
  figure: Figure,
  figures: readonly Figure[],
  index: number,
  sure: ReadonlySet<Figure>,
  text: string,
): number | undefined {
  const [previous, next] = [figures[index - 1], figures[index + 1]];
  if (previous && sure.has(previous) && joins(text, previous, figure)) {
    if (figure.digits >= previous.digits) return figure.value;
    const whole = Math.floor(previous.value / 100) * 100 + figure.value;
    return figure.digits <= 2 && previous.digits > 2 && whole > previous.value ? whole : undefined;
  }
  if (!next || !sure.has(next) || !joins(text, figure, next)) return undefined;
  // "5-1945" and "11/1969" are dates.
  return figure.digits >= 3 || next.digits <= 3 ? figure.value : undefined;
}

const JOIN = new RegExp(`^${TO}$`, 'iu');

function joins(text: string, left: Figure, right: Figure): boolean {
  return JOIN.test(text.slice(left.end, right.at));
}

/** What is said beside a number: true for BC, false for AD. */
export function markerOf(text: string, start: number, end: number): boolean | undefined {
  const [before, after] = [text.slice(Math.max(0, start - 20), start), text.slice(end, end + 20)];
  if (BC_AFTER.test(after) || BC_BEFORE.test(before)) return true;
  return AD_AFTER.test(after) || AD_BEFORE.test(before) ? false : undefined;
}

export function single(year: number): Span {
  return (isBefore) => ({ from: isBefore ? -year : year, to: isBefore ? -year : year });
}
