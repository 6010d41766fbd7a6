import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import type { Scenario } from '../../fixtures/yt-dlp/scenario.ts';
import { expectGone, films, world } from '../../fixtures/yt-dlp/world.ts';

describe('what yt-dlp says does not count', () => {
  it.each<[string, NonNullable<Scenario['ending']>, string]>([
    ['it ends well without a video, as over --max-filesize', { isSilent: true }, 'rejected'],
    ['it names a file that is not there', { claims: '{folder}/other.mp4' }, 'provider-failed'],
    ['it names a file of somebody else', { claims: '/etc/hostname' }, 'provider-failed'],
    ['it makes several files', { times: 2 }, 'invalid-input'],
  ])('where %s', async (_what, ending, code) => {
    const { download } = await world({ ending });
    await expect(download()).rejects.toMatchObject({ code });
  });

  it('where something fetched the film past our proxy', async () => {
    const other = temporaryFolder();
    writeFileSync(join(other, 'film.mp4'), await makeMp4());
    const { download, tool, folder } = await world();
    tool.set({ copies: join(other, 'film.mp4') });
    await expect(download()).rejects.toMatchObject({ code: 'blocked-address' });
    expect(films(folder)).toEqual([]);
  });
});

describe('a limit', () => {
  it('of bytes ends the transfer as soon as the server tells the size', async () => {
    const { download, bytes } = await world();
    await expect(download({ maxBytes: bytes.length - 1 })).rejects.toMatchObject({ code: 'too-large' });
    await expect(download({ maxBytes: bytes.length })).resolves.toMatchObject({ sizeBytes: bytes.length });
  });

  it('of bytes counts what comes without a size', async () => {
    const line = `P ${JSON.stringify({ status: 'downloading', filename: 'a', downloaded_bytes: 5000 })}`;
    const { download, tool } = await world();
    tool.set({ ending: { output: [line], hangs: true } });
    await expect(download({ maxBytes: 4999 })).rejects.toMatchObject({ code: 'too-large' });
  });

  it('of time ends yt-dlp and all that it has started', async () => {
    const { download, tool } = await world({ pages: [{ hangs: true }] });
    await expect(download({ timeoutMs: 4000 })).rejects.toMatchObject({ code: 'timeout', retryable: true });
    await expectGone(tool.runs());
  });
});
