import { describe, expect, it } from 'vitest';
import type { ScrapedVideo } from '#lib/scrape/index.ts';
import { filmView, scrapedSource } from '#lib/web/storage/film-view.ts';
import { scrapedFilmSchema } from '#lib/web/storage/storage-view.ts';

const NOW_MS = Date.parse('2026-11-30T12:00:00Z');
const SHA = 'ab'.repeat(32);

function video(more: Partial<ScrapedVideo> = {}): ScrapedVideo {
  return {
    ...{ channelId: 'news', videoId: 'rome', sourceUrl: 'https://films.example/rome?key=secret' },
    ...{ createdAt: '2026-11-29T10:00:00.000Z', download_status: 'pending', download_attempts: 0 },
    ...{ processing_jobs: [], pictureBytes: 0 },
    ...more,
  };
}
const view = (more: Partial<ScrapedVideo>, mayManage = false) =>
  scrapedFilmSchema.parse(filmView(video(more), { mayManage, nowMs: NOW_MS }));

describe('the view of a scraped film', () => {
  it('has the facts of a stored file, and addresses that end in its hash', () => {
    const picture = (name: string) => ({ name, sha256: SHA, width: 640, height: 360 });
    expect(
      view({
        ...{
          download_status: 'downloaded',
          download_sha256: SHA,
          download_size: 1234,
          download_plays_everywhere: false,
        },
        ...{ download_completed_at: '2026-11-29T11:00:00.000Z', download_video_codec: 'av01.0.08M.08' },
        stored: { location: '/srv/films', name: 'news/rome/video.mp4' },
        pictures: { poster: picture('p'), spriteSheet: picture('s'), spriteIndex: { name: 'i', sha256: SHA } },
      }),
    ).toMatchObject({
      src: `/scraped/news/rome/film?v=${SHA.slice(0, 16)}`,
      ...{ sizeBytes: 1234, playsEverywhere: false, videoCodec: 'av01.0.08M.08', storedAt: '2026-11-29T11:00:00.000Z' },
      pictures: {
        poster: { src: `/scraped/news/rome/poster?v=${SHA.slice(0, 16)}`, width: 640, height: 360 },
        sprites: { index: `/scraped/news/rome/spriteIndex?v=${SHA.slice(0, 16)}`, width: 640, height: 360 },
      },
    });
  });

  it('names no file that is not stored', () => {
    const shown = view({ download_size: 1234, download_sha256: SHA });
    expect([shown.src, shown.sizeBytes, shown.pictures]).toEqual([undefined, undefined, undefined]);
  });

  it('tells addresses and messages only to those who may clean up', () => {
    const failed = {
      download_status: 'failed',
      download_error: 'Refused by /home/me/.netrc',
      download_error_code: 'rejected',
    } as const;
    const forAll = view(failed);
    expect(JSON.stringify(forAll)).not.toMatch(/secret|netrc|sourceUrl/);
    expect(forAll).toMatchObject({
      site: 'films.example',
      problem: { code: 'rejected', message: 'The site does not give this video out.', retryable: false },
    });
    expect(view(failed, true)).toMatchObject({
      sourceUrl: 'https://films.example/rome?key=secret',
      problem: { message: 'Refused by /home/me/.netrc' },
    });
  });

  it.each([
    ['2026-11-30T12:00:01.000Z', true],
    ['2026-11-30T11:59:59.000Z', false],
    [undefined, false],
  ])('held until %s: a process works on it: %s', (download_held_until, isHeld) => {
    const startedAt = '2026-11-30T11:00:00.000Z';
    const running = { attempt: 2, status: 'running', stage: 'downloading', startedAt, bytesReceived: 5 } as const;
    const ended = { ...running, attempt: 1, status: 'interrupted' } as const;
    const shown = view({ download_status: 'downloading', download_held_until, processing_jobs: [ended, running] });
    expect(shown.progress).toEqual({ stage: 'downloading', attempt: 2, startedAt, bytesReceived: 5, isHeld });
  });
});

it('an address is safe whatever an id holds', () => {
  expect(scrapedSource({ channelId: '@a', videoId: 'b c/?' }, 'film', undefined)).toBe(
    '/scraped/%40a/b%20c%2F%3F/film',
  );
});
