import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measureCommand } from '../../bench/measure.ts';

const MIB = 1024 * 1024;
/** Takes this much of processor and memory, in a child of the shell that then does something else. */
const WORK = `const block = Buffer.alloc(${100 * MIB}, 1);
while (process.cpuUsage().user < 300_000) block[0] += 1;`;

describe.skipIf(!existsSync('/proc/self/stat'))('what a command has cost', () => {
  it('holds what its children have cost, also those that are gone', async () => {
    const line = `'${process.execPath}' -e '${WORK}' && sleep 0.3`;
    const cost = await measureCommand('sh', ['-c', line], process.env);
    expect(cost).toMatchObject({ cpuMs: expect.any(Number), peakMiB: expect.any(Number) });
    if ('failed' in cost) throw new Error(cost.failed);
    expect(cost.cpuMs).toBeGreaterThanOrEqual(290);
    expect(cost.peakMiB).toBeGreaterThan(100);
  });

  it('is not told of one that failed', async () => {
    expect(await measureCommand('sh', ['-c', 'echo no such thing >&2; exit 3'], {})).toEqual({
      failed: '3: no such thing',
    });
  });
});
