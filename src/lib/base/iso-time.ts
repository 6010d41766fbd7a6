/** The time of an ISO 8601 text, in ms since the epoch. What has none, or none that can be read, counts as the oldest. */
export function timeOf(iso: string | undefined): number {
  return Date.parse(iso ?? '') || 0;
}
