import { wrongInput } from '#lib/base/input/wrong-input.ts';
import { checkId } from '#lib/scrape/record/check-ids.ts';
import type { ScrapedRecord } from '#lib/scrape/record/record.ts';
import { pictureBytesOf } from '#lib/scrape/record/views.ts';

const DAY_MS = 24 * 3_600_000;

/** A film goes if any of the rules names it. */
export interface CleanUpRule {
  /** Films stored longer ago. */
  olderThanDays?: number | undefined;
  /** All but so many of each channel, those stored last. */
  keepPerChannel?: number | undefined;
  /** The oldest ones, until films and pictures together are no larger. */
  maxBytes?: number | undefined;
  /** Only of this channel. */
  channelId?: string | undefined;
  /** Removes nothing, and returns what would go. */
  dryRun?: boolean | undefined;
  /** In a bucket that keeps former versions, those of the removed films go as well. Nothing brings them back. */
  removeVersions?: boolean | undefined;
}

const NAMES: Readonly<Record<keyof CleanUpRule, true>> = {
  ...{ olderThanDays: true, keepPerChannel: true, maxBytes: true },
  ...{ channelId: true, dryRun: true, removeVersions: true },
};

/** @throws ReelError `invalid-input` for a wrong rule, and for one that names nothing */
export function checkRule(rule: CleanUpRule): void {
  const { olderThanDays, keepPerChannel, maxBytes, channelId, dryRun, removeVersions } = rule;
  // A misspelt `dryRun` or `channelId` would remove what nobody meant.
  const unknown = Object.keys(rule).find((name) => !Object.hasOwn(NAMES, name));
  if (unknown !== undefined) throw wrongInput('rule', `must have no ${unknown}: there is no such option`, rule);
  assertFlag('dryRun', dryRun);
  assertFlag('removeVersions', removeVersions);
  if ([olderThanDays, keepPerChannel, maxBytes].every((one) => one === undefined)) {
    throw wrongInput('rule', 'must have olderThanDays, keepPerChannel or maxBytes', undefined);
  }
  assertAtLeastZero('olderThanDays', olderThanDays);
  assertAtLeastZero('maxBytes', maxBytes);
  assertAtLeastZero('keepPerChannel', keepPerChannel);
  if (keepPerChannel !== undefined && !Number.isInteger(keepPerChannel)) {
    throw wrongInput('keepPerChannel', 'must be a whole number', keepPerChannel);
  }
  if (channelId !== undefined) checkId('channelId', channelId);
}

function assertFlag(name: string, value: boolean | undefined): void {
  if (value !== undefined && typeof value !== 'boolean') throw wrongInput(name, 'must be true or false', value);
}

function assertAtLeastZero(name: string, value: number | undefined): void {
  if (value === undefined || (typeof value === 'number' && value >= 0)) return;
  throw wrongInput(name, 'must be a number of 0 or more', value);
}

/** The stored films that go by this rule, the oldest first. */
export function filmsToRemove(records: readonly ScrapedRecord[], rule: CleanUpRule, nowMs: number): ScrapedRecord[] {
  const { channelId, olderThanDays = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = rule;
  const films = records
    .filter((record) => record.stored && (channelId === undefined || record.channelId === channelId))
    .sort(byAge);
  const surplus = surplusOf(films, rule.keepPerChannel);
  let leftBytes = films.reduce((sum, film) => sum + bytesOf(film), 0);
  const isDoomed = (film: ScrapedRecord) => {
    const ageMs = nowMs - Date.parse(film.stored?.storedAt ?? '');
    return surplus.has(film) || ageMs > olderThanDays * DAY_MS;
  };
  const doomed = new Set(films.filter(isDoomed));
  for (const film of doomed) leftBytes -= bytesOf(film);
  for (const film of films) {
    if (leftBytes <= maxBytes) break;
    if (doomed.has(film)) continue;
    doomed.add(film);
    leftBytes -= bytesOf(film);
  }
  return films.filter((film) => doomed.has(film));
}

/** @param films the oldest first */
function surplusOf(films: readonly ScrapedRecord[], keep: number | undefined): ReadonlySet<ScrapedRecord> {
  if (keep === undefined) return new Set();
  const channels = Map.groupBy(films, (film) => film.channelId);
  return new Set([...channels.values()].flatMap((own) => own.slice(0, Math.max(0, own.length - keep))));
}

function byAge(one: ScrapedRecord, other: ScrapedRecord): number {
  const [a = '', b = ''] = [one.stored?.storedAt, other.stored?.storedAt];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Of the film and its pictures. */
function bytesOf(record: ScrapedRecord): number {
  return (record.stored?.sizeBytes ?? 0) + pictureBytesOf(record);
}
