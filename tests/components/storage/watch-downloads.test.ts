import { expect, it } from 'vitest';
import { lookAtDownloads } from '#lib/components/storage/watch-downloads.ts';
import type { ScrapedFilm } from '#lib/web/storage/storage-view.ts';

const film = (videoId: string, status: ScrapedFilm['status']): ScrapedFilm => ({
  ...{ channelId: 'news', videoId, site: 'films.example', status, createdAt: '2026-11-29T10:00:00.000Z' },
});

it('asks how a film has ended, and takes no other of a similar name for it', async () => {
  const asked: string[] = [];
  const answer: typeof fetch = async (address) => {
    asked.push(String(address));
    const isDownloads = String(address) === '/api/storage/downloads';
    const videos = [film('rome-2', 'failed'), film('rome', 'downloaded')];
    return Response.json(isDownloads ? { downloads: [film('oslo', 'pending')] } : { videos });
  };
  const looks = await lookAtDownloads({ rows: [film('rome', 'downloading')], ended: 0 }, answer);
  expect(asked).toEqual(['/api/storage/downloads', '/api/storage/videos?channel=news&text=rome']);
  expect(looks).toEqual({ rows: [film('rome', 'downloaded'), film('oslo', 'pending')], ended: 1 });
});
