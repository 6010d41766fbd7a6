import type { ErrorCode } from '#lib/base/errors.ts';

/** What every command answers to the shell. Tested against the text that `--help` prints. */
export const EXIT = {
  ok: 0,
  failed: 1,
  wrongUse: 2,
  configuration: 3,
  someFailed: 4,
  unfinished: 5,
  busy: 6,
  budget: 7,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const MEANINGS: Record<ExitCode, string> = {
  0: 'done',
  1: 'failed',
  2: 'wrong use: an option, an id or a value',
  3: 'configuration: for example no API key',
  4: 'some of several videos failed',
  5: 'not finished, nothing lost: npm run resume',
  6: 'another process works on the video',
  7: 'WANX_BUDGET_USD does not allow it',
  130: 'interrupted (Ctrl-C)',
};

export const EXIT_CODES_HELP = [
  'Exit codes:',
  ...Object.entries(MEANINGS).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`),
].join('\n');

const BY_ERROR: Partial<Record<ErrorCode, ExitCode>> = {
  'invalid-input': EXIT.wrongUse,
  config: EXIT.configuration,
  auth: EXIT.configuration,
  timeout: EXIT.unfinished,
  'unknown-outcome': EXIT.unfinished,
  busy: EXIT.busy,
  budget: EXIT.budget,
};

/** @param isUnfinished whether the record says that there is still something to be had */
export function exitCodeOf(code: ErrorCode, isUnfinished = false): ExitCode {
  return BY_ERROR[code] ?? (isUnfinished ? EXIT.unfinished : EXIT.failed);
}

/** One code for several videos: that of the failure when all failed alike, else "some failed". */
export function exitCodeOfAll(codes: readonly ExitCode[]): ExitCode {
  const failures = codes.filter((code) => code !== EXIT.ok);
  const [first = EXIT.ok] = failures;
  if (failures.length === 0) return EXIT.ok;
  return failures.length === codes.length && failures.every((code) => code === first) ? first : EXIT.someFailed;
}
