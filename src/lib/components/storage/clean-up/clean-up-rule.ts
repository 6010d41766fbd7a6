import { formatBytes, formatCount } from '#lib/components/words/format.ts';
import type { CleanUpView } from '#lib/web/storage/storage-view.ts';

const BYTES_PER_GB = 1e9;

export const RULES = [
  { kind: 'age', before: 'Films stored more than', after: 'days ago', value: '90', min: 0, step: '1' },
  { kind: 'count', before: 'All but the newest', after: 'films of each channel', value: '50', min: 0, step: '1' },
  {
    kind: 'size',
    before: 'The oldest, until what is left takes at most',
    after: 'GB',
    value: '100',
    min: 0,
    step: 'any',
  },
] as const;
export type RuleKind = (typeof RULES)[number]['kind'];

/** What the server is asked for; undefined for what is no number of 0 or more. */
export function ruleOf(kind: RuleKind, value: string, channelId: string, removeVersions: boolean): object | undefined {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(number) || number < 0) return undefined;
  if (kind === 'count' && !Number.isInteger(number)) return undefined;
  const rules = {
    age: { olderThanDays: number },
    count: { keepPerChannel: number },
    size: { maxBytes: Math.round(number * BYTES_PER_GB) },
  };
  return { ...rules[kind], ...(channelId && { channelId }), ...(removeVersions && { removeVersions }) };
}

/** What would go, or is gone, in one sentence. */
export function cleanUpWords({ isDryRun, films, bytes }: CleanUpView): string {
  if (films.length === 0) return isDryRun ? 'Nothing would go by this rule.' : 'Nothing was removed.';
  const amount = formatCount(films.length, 'film');
  if (!isDryRun) return `${amount} removed, ${formatBytes(bytes)} freed.`;
  return `${amount} would go, and free ${formatBytes(bytes)}. Nothing brings ${films.length === 1 ? 'it' : 'them'} back.`;
}
