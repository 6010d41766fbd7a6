import { redactText } from '#lib/base/redact.ts';

/** Of one text in a property, and of a URL, in UTF-16 units (developers.notion.com/reference/request-limits). */
export const LONGEST_TEXT = 2000;
const LONGEST_DETAIL = 300;

/** At most `longest` UTF-16 units, without half a character: Notion rejects lone surrogates and NUL. */
export function fittingText(text: string, longest = LONGEST_TEXT): string {
  const clean = text.toWellFormed().replaceAll('\0', '\ufffd');
  if (clean.length <= longest) return clean;
  const cut = clean.slice(0, longest);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** One text about an error: kind, message and details, without secrets. */
export function errorText(kind: string, message: string, details: Readonly<Record<string, unknown>> = {}): string {
  const parts = Object.entries(details)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${name}: ${fittingText(detailText(value), LONGEST_DETAIL)}`);
  // The message is cut before the details, which identify what failed.
  const suffix = parts.length > 0 ? fittingText(redactText(` (${parts.join(', ')})`), LONGEST_TEXT / 2) : '';
  const start = redactText(kind ? `${kind}: ${message}` : message);
  return fittingText(start, LONGEST_TEXT - suffix.length) + suffix;
}

function detailText(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return '(unreadable)';
  }
}
