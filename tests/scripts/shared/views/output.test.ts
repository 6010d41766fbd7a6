import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Output, type OutputMode, outputMode } from '../../../../scripts/shared/views/output.ts';

describe('outputMode', () => {
  it.each<[string, Parameters<typeof outputMode>, OutputMode]>([
    ['a terminal', [undefined, { isTTY: true, columns: 80 }, 'xterm-256color'], 'terminal'],
    ['a terminal that does not say its name', [undefined, { isTTY: true, columns: 80 }, undefined], 'terminal'],
    ['a terminal that cannot move its cursor', [undefined, { isTTY: true, columns: 80 }, 'dumb'], 'plain'],
    ['a terminal without a width', [undefined, { isTTY: true, columns: 0 }, 'xterm'], 'plain'],
    ['a pipe', [undefined, {}, 'xterm'], 'plain'],
    ['a program', [true, { isTTY: true, columns: 80 }, 'xterm'], 'json'],
  ])('%s', (_name, all, mode) => {
    expect(outputMode(...all)).toBe(mode);
  });

  it.each<[string, OutputMode]>([
    ['dumb', 'plain'],
    ['xterm', 'terminal'],
  ])('is what a command looks at: TERM=%s is %s', (term, mode) => {
    const { stdout } = process;
    const before = { isTTY: stdout.isTTY, columns: stdout.columns };
    Object.assign(stdout, { isTTY: true, columns: 80 });
    vi.stubEnv('TERM', term);
    onTestFinished(() => {
      Object.assign(stdout, before);
      vi.unstubAllEnvs();
    });
    expect(new Output({ isSandbox: false }).mode).toBe(mode);
  });
});
