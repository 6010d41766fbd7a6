import { expect, it } from 'vitest';
import type { ScrapedVideo } from '#lib/scrape/index.ts';
import { planOf } from '#lib/web/storage/clean-up-plan.server.ts';

const film: ScrapedVideo = {
  ...{ channelId: 'news', videoId: 'rome', sourceUrl: 'https://films.example/', createdAt: '2026-11-29T10:00:00.000Z' },
  ...{
    download_status: 'downloaded',
    download_attempts: 1,
    processing_jobs: [],
    pictureBytes: 0,
    download_sha256: 'a',
  },
};

it.each([
  ['another rule', { olderThanDays: 2 }, [film]],
  ['another channel', { olderThanDays: 1, channelId: 'news' }, [film]],
  ['former versions too', { olderThanDays: 1, removeVersions: true }, [film]],
  ['one film more', { olderThanDays: 1 }, [film, { ...film, videoId: 'paris' }]],
  ['another file of the film', { olderThanDays: 1 }, [{ ...film, download_sha256: 'b' }]],
])('%s is another plan', (_what, rule, films) => {
  const plan = planOf({ olderThanDays: 1 }, [film]);
  expect(planOf({ olderThanDays: 1 }, [{ ...film }])).toBe(plan);
  expect(planOf(rule, films)).not.toBe(plan);
});
