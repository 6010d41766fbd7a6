import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { expectGone, isAlive, stay, world } from '../../../fixtures/yt-dlp/world.ts';

describe('the program', () => {
  it('is asked for its version once', async () => {
    const { download, tool } = await world();
    await download();
    await download();
    expect(tool.runs().filter(({ args }) => args.includes('--version'))).toHaveLength(1);
  });

  it('that does not answer ends with whoever asked last, and is asked anew', async () => {
    const { download, tool, set } = await world({ hangsAtVersion: true });
    const [first, last] = [new AbortController(), new AbortController()];
    const downloads = [first, last].map(({ signal }) => download({ folder: temporaryFolder() }, { signal }));
    const ended = downloads.map((one) => expect(one).rejects.toMatchObject({ code: 'aborted' }));
    await stay(tool);
    first.abort();
    await ended[0];
    expect(isAlive(tool.runs()[0]?.pid ?? 0)).toBe(true);
    last.abort();
    await ended[1];
    await expectGone(tool.runs());
    expect(tool.runs()).toHaveLength(1);
    set({});
    await expect(download()).resolves.toMatchObject({ container: 'mp4' });
  });

  it('that does not answer within the time of a download', async () => {
    const { download } = await world({ hangsAtVersion: true });
    await expect(download({ timeoutMs: 100 })).rejects.toMatchObject({ code: 'timeout' });
  });

  it('is refused when it is old', async () => {
    const { download } = await world({ version: '2026.07.03' });
    await expect(download()).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/2026\.07\.03.*pipx/),
    });
  });

  it('is used when it is old and that is allowed, without the options that it lacks', async () => {
    const lacks = ['--no-plugin-dirs', '--color', '--progress-delta', '--js-runtimes', '--lazy-playlist'];
    const { download, tool } = await world({ version: '2023.03.04', lacks, help: '  --no-colors  --no-exec' });
    expect(await download({}, { allowOldYtDlp: true })).toMatchObject({ container: 'mp4' });
    expect(tool.runs().at(-1)?.args).toContain('--no-colors');
  });

  it.each([
    ['is not there', '/nowhere/yt-dlp', /no program at .*pipx/],
    ['is not on PATH', undefined, /no yt-dlp on PATH.*YT_DLP_PATH/],
  ])('that %s is told how to install', async (_what, ytDlpPath, message) => {
    const { download } = await world();
    const environment = { PATH: temporaryFolder() };
    await expect(download({}, { ytDlpPath, environment })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(message),
    });
  });

  it('that is something else is told', async () => {
    const { download } = await world({ version: 'GNU ls 9' });
    await expect(download()).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('does not say'),
    });
  });
});
