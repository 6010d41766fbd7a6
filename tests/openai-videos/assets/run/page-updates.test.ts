import { describe, expect, it } from 'vitest';
import { DownloadCase } from '../../../fixtures/openai-videos/download-case.ts';
import { refuse } from '../../../fixtures/openai-videos/video-service.ts';

/** What a page was told. */
function notebook() {
  const told: unknown[][] = [];
  let isDown = false;
  const note = async (...all: unknown[]) => {
    if (isDown) throw new Error('the records cannot be written');
    told.push(all);
  };
  return {
    told,
    breakDown: (yes: boolean) => {
      isDown = yes;
    },
    queueUpdate: (...all: unknown[]) => note('update', ...all),
    logVideoError: (...all: unknown[]) => note('error', ...all),
  };
}

describe('the page of a download', () => {
  it('gets status and links once the film is in place', async () => {
    const notion = notebook();
    const world = await DownloadCase.open({ notion, publicBaseUrl: 'https://videos.example/' });
    await world.queue('page-1', 'video 1');
    await world.until('page-1', 'completed');
    await expect.poll(() => notion.told).toHaveLength(1);
    const [[kind, page, update] = []] = notion.told;
    expect([kind, page]).toEqual(['update', 'page-1']);
    expect(update).toMatchObject({ status: 'Completed', error: null });
    const name = world.files().find((file) => file.endsWith('.mp4'));
    expect(update).toMatchObject({ videoUrl: `https://videos.example/generated-videos/BATCH_1/${name}` });
    expect(update).toHaveProperty('thumbnailUrl', expect.stringMatching(/_V1_thumbnail\.webp$/));
    await expect.poll(() => world.store.listSync()[0]?.toDo).toBeUndefined();
  });

  it.each([
    ['failed', { status: 'failed', error: { message: 'No.' } }, { retryCount: 0 }],
    ['expired', { status: 'expired' }, { expiresAt: expect.any(String) }],
  ] as const)('gets the error of a job that has %s', async (state, job, details) => {
    const notion = notebook();
    const world = await DownloadCase.open({ notion });
    world.service.job = () => job;
    await world.queue('page-1');
    const { error } = await world.until('page-1', state);
    await expect
      .poll(() => notion.told)
      .toEqual([
        ['error', 'page-1', 'download_failed', error, { soraVideoId: 'video_page-1', ...details }],
        ['update', 'page-1', { status: 'Failed' }],
      ]);
  });

  it('gets it later if it cannot be put on record now, and the download is completed all the same', async () => {
    const notion = notebook();
    notion.breakDown(true);
    const world = await DownloadCase.open({ notion, auto: false });
    await world.queue('page-1');
    await world.until('page-1', 'completed');
    await expect.poll(() => world.events.map(({ kind }) => kind)).toContain('notion-failed');
    expect(world.events.at(-1)?.message).toBe(
      '[Download Manager] Failed to update Notion: the records cannot be written',
    );
    await expect.poll(() => world.store.listSync()[0]?.lease).toBeUndefined();
    await world.manager.stop();
    notion.breakDown(false);
    world.another().getDownloadSummary();
    await expect.poll(() => notion.told).toHaveLength(1);
  });

  it('keeps the film of its latest job, whichever ends last', async () => {
    const notion = notebook();
    const world = await DownloadCase.open({ notion, auto: false });
    world.service.twist = ({ what, id, nth }, response) =>
      what === 'status' && id === 'video_old' && nth === 0 && refuse(response, 500);
    await world.queue('page-1', 'video_old', { minutesAgo: 5 });
    await expect.poll(() => world.manager.getDownloadStatus('page-1')?.retryCount).toBe(1);
    await world.queue('page-1', 'video_new');
    await world.until('page-1', 'completed');
    await world.clock.advance(1000);
    await expect.poll(() => world.files().filter((name) => name.endsWith('.mp4'))).toHaveLength(2);
    await expect.poll(() => world.store.listSync().every(({ toDo, lease }) => !toDo && !lease)).toBe(true);
    expect(notion.told).toHaveLength(1);
    expect(JSON.stringify(notion.told)).toContain('video_new_V1.mp4');
  });
});
