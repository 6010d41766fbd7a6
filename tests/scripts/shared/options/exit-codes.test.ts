import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '#lib/base/errors.ts';
import { EXIT, EXIT_CODES_HELP, exitCodeOf, exitCodeOfAll } from '../../../../scripts/shared/options/exit-codes.ts';

describe('exit codes', () => {
  it('are all in the help text', () => {
    for (const code of Object.values(EXIT)) expect(EXIT_CODES_HELP).toMatch(new RegExp(`^ +${code}  \\w`, 'm'));
  });

  it('never call a failure a success', () => {
    for (const code of ERROR_CODES) expect(exitCodeOf(code)).toBeGreaterThan(0);
  });

  it('tell what can be resumed from what is lost', () => {
    expect(exitCodeOf('network', true)).toBe(EXIT.unfinished);
    expect(exitCodeOf('expired', false)).toBe(EXIT.failed);
  });

  it.each([
    { codes: [], all: EXIT.ok },
    { codes: [0, 0], all: EXIT.ok },
    { codes: [3, 3], all: EXIT.configuration },
    { codes: [0, 3], all: EXIT.someFailed },
    { codes: [1, 5], all: EXIT.someFailed },
  ] as const)('of $codes together are $all', ({ codes, all }) => expect(exitCodeOfAll(codes)).toBe(all));
});
