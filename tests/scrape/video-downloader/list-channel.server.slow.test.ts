import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { listChannel } from '#lib/scrape/video-downloader/list-channel.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import type { Answer } from '../../fixtures/yt-dlp/scenario.ts';
import { standIn } from '../../fixtures/yt-dlp/stand-in.ts';
import { expectGone } from '../../fixtures/yt-dlp/world.ts';

const entry = (id: string) => ({ _type: 'url', id, url: `https://site.example/v/${id}`, title: id.toUpperCase() });

function listing(list: Answer, signal?: AbortSignal) {
  const tool = standIn(temporaryFolder(), { list });
  const options = { ytDlpPath: tool.path, allowPrivateNetwork: true, proxy: {}, signal };
  return { tool, videos: listChannel('https://site.example/channel', options) };
}

describe('a channel', () => {
  it('is listed, without what has no page', async () => {
    const { videos } = listing({ output: [entry('a'), { _type: 'url', id: 'x' }, 'Hello', entry('b')] });
    expect(await Array.fromAsync(videos)).toEqual([
      { url: 'https://site.example/v/a', videoId: 'a', title: 'A' },
      { url: 'https://site.example/v/b', videoId: 'b', title: 'B' },
    ]);
  });

  it('gives what was listed before it failed', async () => {
    const { videos } = listing({ output: [entry('a')], errors: 'ERROR: [x] HTTP Error 500: x\n', exitCode: 1 });
    expect((await videos.next()).value).toMatchObject({ videoId: 'a' });
    await expect(videos.next()).rejects.toMatchObject({ code: 'network' });
  });

  it('is listed as its pages come, and no longer than somebody reads', async () => {
    const { videos, tool } = listing({ output: [entry('a')], hangs: true });
    for await (const { videoId } of videos) {
      expect(videoId).toBe('a');
      await expect.poll(() => tool.runs().some(({ childPid }) => childPid)).toBe(true);
      break;
    }
    await expectGone(tool.runs());
  });

  it('can be stopped', async () => {
    const stop = new AbortController();
    const { videos } = listing({ output: [entry('a')], hangs: true }, stop.signal);
    await videos.next();
    stop.abort();
    await expect(videos.next()).rejects.toMatchObject({ code: 'aborted' });
  });

  it('that has no place for temporary files says where', async () => {
    const { videos } = listing({ output: [entry('a')] });
    const none = join(temporaryFolder(), 'none');
    vi.stubEnv('TMPDIR', none);
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(videos.next()).rejects.toMatchObject({ code: 'disk', message: expect.stringContaining(none) });
  });
});
