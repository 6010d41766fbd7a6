import { describe, expect, it } from 'vitest';
import {
  codecName,
  filmFacts,
  filmState,
  percentOf,
  scrapeCommand,
  titleOf,
} from '#lib/components/storage/film-words.ts';
import type { ScrapedFilm } from '#lib/web/storage/storage-view.ts';

const FILM: ScrapedFilm = {
  ...{ channelId: 'news', videoId: 'rome', site: 'films.example', status: 'pending' },
  createdAt: '2026-11-29T10:00:00.000Z',
};
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const progress: ScrapedFilm['progress'] = {
  ...{ stage: 'downloading', isHeld: true, attempt: 1, startedAt: FILM.createdAt },
};

it.each([
  ['avc1.640028', 'H.264'],
  ['hvc1.1.6.L93', 'H.265'],
  ['vp09.00.10.08', 'VP9'],
  ['vp9', 'VP9'],
  ['av01.0.08M.08', 'AV1'],
  ['mp4a.40.2', 'AAC'],
  ['mp4a.6b', 'MP3'],
  ['opus', 'Opus'],
  ['theora', 'theora'],
])('the codec %s is called %s', (codec, name) => expect(codecName(codec)).toBe(name));

it('the facts of a film are those that are known', () => {
  const facts = { resolution: '1080p', durationSeconds: 751, container: 'mp4', videoCodec: 'vp9', audioCodec: 'opus' };
  expect(filmFacts({ ...FILM, ...facts })).toBe('1080p, 12:31, mp4 with VP9 and Opus');
  expect(filmFacts({ ...FILM, container: 'webm' })).toBe('webm');
  expect(filmFacts(FILM)).toBe('');
  expect([titleOf(FILM), titleOf({ ...FILM, title: 'Rome' })]).toEqual(['news/rome', 'Rome']);
});

describe('the state of a film', () => {
  const problem = { code: 'network', message: 'The site is away.', retryable: true } as const;
  it.each<[Partial<ScrapedFilm>, string]>([
    [{}, 'Waits to be downloaded'],
    [{ problem }, 'Waits for its next try. The site is away.'],
    [{ progress: { ...progress, stage: 'probing' } }, 'Reading the page'],
    [{ progress: { ...progress, bytesReceived: 1_000_000, bytesTotal: 4_000_000 } }, 'Downloading, 1.0 of 4.0 MB'],
    [{ progress: { ...progress, bytesReceived: 1_000_000 } }, 'Downloading, 1.0 MB so far'],
    [
      { progress: { ...progress, isHeld: false, bytesReceived: 1_000_000 } },
      'Interrupted, 1.0 MB so far. The next npm run scrape goes on with it.',
    ],
    [{ status: 'failed', problem }, 'The site is away. It can be tried again.'],
    [{ status: 'failed', problem: { ...problem, retryable: false } }, 'The site is away.'],
    [
      { status: 'failed', problem: { ...problem, retryAt: '2026-12-01T10:00:00.000Z' } },
      'The site is away. It can be tried from 1 Dec 2026, 10:00 UTC.',
    ],
    [
      { status: 'downloaded', storedAt: '2026-11-29T10:00:00.000Z', sizeBytes: 2_000_000 },
      'Stored on 29 Nov 2026, 2.0 MB',
    ],
  ])('%j: %s', (more, words) => expect(plain(filmState({ ...FILM, ...more }))).toBe(words));

  it.each([
    [{ bytesReceived: 1, bytesTotal: 4 }, 25],
    [{ bytesReceived: 9, bytesTotal: 4 }, 100],
    [{ stage: 'uploading' as const, bytesReceived: 4, bytesUploaded: 2, bytesTotal: 4 }, 50],
    [{ bytesReceived: 1 }, undefined],
  ])('%j is a share of %s', (more, percent) =>
    expect(percentOf({ ...FILM, progress: { ...progress, ...more } })).toBe(percent),
  );
});

it('a command can be pasted into a terminal', () => {
  expect(scrapeCommand(FILM)).toBeUndefined();
  expect(scrapeCommand({ ...FILM, sourceUrl: "https://films.example/?a=it's&b=$(rm)" })).toBe(
    "npm run scrape -- 'https://films.example/?a=it%27s&b=$(rm)' --channel news --video rome",
  );
});
