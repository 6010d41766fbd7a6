import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { runLines } from '#lib/scrape/video-downloader/tool/run-lines.server.ts';

const environment = { PATH: '/usr/bin:/bin' };

async function run(script: string, options: { signal?: AbortSignal; onLine?: (line: string) => void } = {}) {
  const lines: string[] = [];
  const { signal = new AbortController().signal, onLine = (line) => lines.push(line) } = options;
  return { ...(await runLines('/bin/sh', ['-c', script], { environment, signal, onLine })), lines };
}

describe('a program', () => {
  it('is read line by line, with its end', async () => {
    expect(await run("printf 'a\\nb b\\n\\nend'; echo oh >&2; exit 3")).toEqual({
      lines: ['a', 'b b', '', 'end'],
      errors: 'oh\n',
      exitCode: 3,
    });
  });

  it('gets its environment only, and nothing to read', async () => {
    expect((await run('cat; echo "$HOME-$PATH"')).lines).toEqual(['-/usr/bin:/bin']);
  });

  it('may write a lot, of whose errors the end is kept', async () => {
    const { errors, lines } = await run('seq 200000; seq 200000 >&2');
    expect(lines).toHaveLength(200_000);
    expect(errors.length).toBeLessThanOrEqual(65_536);
    expect(errors.endsWith('200000\n')).toBe(true);
  });

  it('ends when its reader fails, with that', async () => {
    const failing = () => {
      throw new ReelError('too-large', 'enough');
    };
    await expect(run('echo a; sleep 600', { onLine: failing })).rejects.toMatchObject({ code: 'too-large' });
  });

  it('says that it was killed', async () => {
    expect((await run('kill -9 $$')).exitCode).toBe(137);
  });

  it.each([
    ['the caller', undefined, 'aborted'],
    ['a limit of time', new ReelError('timeout', 'late'), 'timeout'],
  ])('ends by %s', async (_what, reason, code) => {
    const stop = new AbortController();
    const onLine = () => stop.abort(reason);
    await expect(run('echo a; sleep 600', { signal: stop.signal, onLine })).rejects.toMatchObject({ code });
    await expect(run('echo a', { signal: stop.signal })).rejects.toMatchObject({ code });
  });
});
