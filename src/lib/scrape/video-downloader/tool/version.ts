/** Since then without the security faults of 2026 that are known (yt-dlp's changelog). */
export const OLDEST_SAFE = '2026.07.04';

/** `2026.11.23`, nightly builds with a fourth number; undefined when it is no version of yt-dlp. */
export function versionIn(output: string): string | undefined {
  return /(?:^|@)(\d{4}\.\d{2}\.\d{2}(?:\.\d+)?)\s*$/m.exec(output)?.[1];
}

/** Dates with leading zeros: they sort as text. */
export function isSafeVersion(version: string): boolean {
  return version.slice(0, OLDEST_SAFE.length) >= OLDEST_SAFE;
}

/** The long options in the text that `--help` prints. */
export function optionsIn(help: string): ReadonlySet<string> {
  return new Set(help.match(/(?<![\w-])--[a-z][a-z0-9-]+/g) ?? []);
}
