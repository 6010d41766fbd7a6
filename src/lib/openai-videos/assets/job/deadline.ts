import { formatDuration } from '#lib/base/amounts.ts';
import type { DownloadRecord } from './record.ts';

export const ONE_HOUR_MS = 60 * 60 * 1000;
/** Less than this before its deadline, a download is reported as expiring soon. */
export const EXPIRATION_WARNING_MS = 10 * 60 * 1000;
/** Of a service that keeps its files by no rule that we know. */
export const NO_END = '9999-12-31T23:59:59.999Z';

/** @param lifetimeMs how long the service keeps a file that it has finished; 0: as long as it answers */
export function deadlineAfter(completedAt: Date, lifetimeMs: number): string {
  const endMs = completedAt.getTime() + lifetimeMs;
  return lifetimeMs === 0 || endMs > Date.parse(NO_END) ? NO_END : new Date(endMs).toISOString();
}

type Dated = Pick<DownloadRecord, 'expiresAt'>;

export function isExpired({ expiresAt }: Dated, nowMs: number): boolean {
  return nowMs > Date.parse(expiresAt);
}

export function isApproachingExpiration({ expiresAt }: Dated, nowMs: number): boolean {
  const leftMs = Date.parse(expiresAt) - nowMs;
  return leftMs > 0 && leftMs < EXPIRATION_WARNING_MS;
}

export function minutesRemaining(expiresAt: Date, nowMs: number): number {
  return Math.max(0, Math.floor((expiresAt.getTime() - nowMs) / 60_000));
}

type Window = Pick<DownloadRecord, 'expiresAt' | 'expiresBy' | 'completedAt'>;

/** @param lastAnswer what the service said last */
export function expiredMessage({ expiresAt, expiresBy, completedAt }: Window, lastAnswer?: string): string {
  const lifetimeMs = Date.parse(expiresAt) - Date.parse(completedAt);
  const after = lifetimeMs === ONE_HOUR_MS ? '1 hour' : formatDuration(lifetimeMs);
  const window = expiresBy === 'service' ? `the service kept it until ${expiresAt}` : `>${after} since completion`;
  return `Download window expired (${window})${lastAnswer === undefined ? '' : `. Last answer: ${lastAnswer}`}`;
}
