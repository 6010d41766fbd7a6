import { commandLine } from '#lib/base/command-line.ts';
import type { ErrorCode } from '#lib/base/errors.ts';

/** The exit codes of every command. A test compares them with what `--help` prints. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
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
  2: 'usage error: a wrong option, id or value',
  3: 'configuration error, for example no API key',
  4: 'some of several videos failed',
  5: `not finished, nothing lost: run ${commandLine('resume')}`,
  6: 'another process is working on the video',
  7: 'over the limit set by WANX_BUDGET_USD',
  130: 'interrupted (Ctrl-C)',
};

export const EXIT_CODES_HELP = [
  'Exit codes:',
  ...Object.entries(MEANINGS).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`),
].join('\n');

const BY_ERROR: Partial<Record<ErrorCode, ExitCode>> = {
  'invalid-input': EXIT.usage,
  config: EXIT.configuration,
  auth: EXIT.configuration,
  timeout: EXIT.unfinished,
  'unknown-outcome': EXIT.unfinished,
  busy: EXIT.busy,
  budget: EXIT.budget,
};

/** @param isUnfinished whether the record says that a result can still be captured */
export function exitCodeOf(code: ErrorCode, isUnfinished = false): ExitCode {
  return BY_ERROR[code] ?? (isUnfinished ? EXIT.unfinished : EXIT.failed);
}

/** One code for several videos: the common code if all failed alike, else "some failed". */
export function exitCodeOfAll(codes: readonly ExitCode[]): ExitCode {
  const failures = codes.filter((code) => code !== EXIT.ok);
  const [first = EXIT.ok] = failures;
  if (failures.length === 0) return EXIT.ok;
  return failures.length === codes.length && failures.every((code) => code === first) ? first : EXIT.someFailed;
}
