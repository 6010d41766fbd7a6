import { expect, it } from 'vitest';
import { lookAtDownloads } from '#lib/components/storage/watch-downloads.ts';
import type { ScrapedFilm } from '#lib/web/storage/storage-view.ts';

const film = (videoId: string, status: ScrapedFilm['status']): ScrapedFilm => ({
  ...{ channelId: 'news', videoId, site: 'films.example', status, createdAt: '2026-11-29T10:00:00.000Z' },
});

it('asks how a film has ended', async () => {
  const asked: string[] = [];
  const answer: typeof fetch = async (address) => {
    asked.push(String(address));
    const isDownloads = String(address).startsWith('/api/storage/downloads');
    const downloads = { downloads: [film('oslo', 'pending')], total: 3 };
    return Response.json(isDownloads ? downloads : { videos: [film('rome', 'downloaded')] });
  };
  const looks = await lookAtDownloads({ rows: [film('rome', 'downloading')], ended: 0, more: 0 }, answer);
  expect(asked).toEqual(['/api/storage/downloads?limit=100', '/api/storage/videos?channel=news&video=rome']);
  expect(looks).toEqual({ rows: [film('rome', 'downloaded'), film('oslo', 'pending')], ended: 1, more: 2 });
});
