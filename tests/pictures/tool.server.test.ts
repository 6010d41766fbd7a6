import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runTool } from '#lib/pictures/tool.server.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const environment = { PATH: process.env.PATH ?? '' };
const shell = (script: string, signal = new AbortController().signal) =>
  runTool('/bin/sh', ['-c', script], { environment, signal });

describe('a program that draws', () => {
  it.each([
    ['what it says and how it ended', 'echo drawn; echo "no sound" >&2; exit 3', ['drawn', 'no sound', 3]],
    ['nothing where it says nothing', 'true', ['', '', 0]],
  ])('returns %s', async (_what, script, wanted) => {
    const { output, errors, exitCode } = await shell(script);
    expect([output, errors, exitCode]).toEqual(wanted);
  });

  it('keeps the begin of a long output, and the end of long errors', async () => {
    const { output, errors } = await shell(
      'printf first; head -c 100000 /dev/zero | tr "\\0" a; (head -c 9000 /dev/zero | tr "\\0" b; printf last) >&2',
    );
    expect([output.length, output.slice(0, 6), errors.length, errors.slice(-5)]).toEqual([
      65_536,
      'firsta',
      2000,
      'blast',
    ]);
  });

  it('knows only the environment that it is given', async () => {
    const { output } = await shell('env | cut -d= -f1 | sort | tr "\\n" " "');
    expect(output).not.toMatch(/HOME|NODE|VITEST/);
  });

  it('that is not there is an outcome, too', async () => {
    const { exitCode, errors } = await runTool('/no/such/program', [], {
      ...{ environment, signal: new AbortController().signal },
    });
    expect([exitCode === 0, errors]).toEqual([false, expect.stringMatching(/no.?such|not found/i)]);
  });

  it('is not started once time is over, and is killed when it is', async () => {
    const folder = temporaryFolder();
    const begun = join(folder, 'begun');
    const script = `echo $$ > ${begun}; exec sleep 60`;
    const control = new AbortController();
    const running = shell(script, control.signal);
    await expect.poll(() => existsSync(begun) && readFileSync(begun, 'utf8')).toMatch(/\d/);
    control.abort();
    expect((await running).exitCode).not.toBe(0);
    const late = join(folder, 'late');
    expect(await shell(`touch ${late}`, control.signal)).toEqual({ output: '', errors: '', exitCode: null });
    expect(existsSync(late)).toBe(false);
  });
});
