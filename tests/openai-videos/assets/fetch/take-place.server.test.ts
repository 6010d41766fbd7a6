import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takePlace } from '#lib/openai-videos/assets/fetch/take-place.server.ts';
import { downloadKey } from '#lib/openai-videos/assets/job/record.ts';
import { downloadRecord, minutesAfter, PLACE } from '../../../fixtures/openai-videos/download-record.ts';
import { openWork } from '../../../fixtures/openai-videos/download-work.ts';

const STORAGE = '';
const other = downloadRecord({ notionPageId: 'page-2', storage: STORAGE, place: PLACE, completedAt: minutesAfter(-1) });

describe('the place of a job', () => {
  it('is the first version, and goes on record', async () => {
    const { held, context, store, key } = await openWork(downloadRecord({ storage: STORAGE }));
    expect(await takePlace(held, context)).toEqual(PLACE);
    expect(store.getSync(key)?.place).toEqual(PLACE);
  });

  it('stays the one that an earlier try has taken', async () => {
    const place = { ...PLACE, version: 7 };
    const { held, context } = await openWork(downloadRecord({ storage: STORAGE, place }));
    expect(await takePlace(held, context)).toEqual(place);
  });

  it('comes after files of its name that are on no record', async () => {
    const { held, context, folder } = await openWork(downloadRecord({ storage: STORAGE }));
    mkdirSync(join(folder, 'BATCH_1'));
    writeFileSync(join(folder, 'BATCH_1', 'video_1_V4_thumbnail.webp'), '');
    expect((await takePlace(held, context)).version).toBe(5);
  });

  it('comes after one that another process has taken unseen: this one reads the records again', async () => {
    const { held, context, store } = await openWork(downloadRecord({ storage: STORAGE }));
    await store.update(downloadKey(other), () => other);
    let isFresh = false;
    const late = {
      ...context,
      records: () => (isFresh ? store.listSync() : []),
      refresh: async () => {
        isFresh = true;
      },
    };
    expect((await takePlace(held, late)).version).toBe(2);
    expect(isFresh).toBe(true);
  });

  it('is the first version under another name, where the process turns out to have an id that differs in case', async () => {
    const { held, context, store } = await openWork(downloadRecord({ storage: STORAGE }));
    const capital = { ...other, soraVideoId: 'VIDEO_1', place: { ...PLACE, stem: 'VIDEO_1' } };
    await store.update(downloadKey(capital), () => capital);
    let known: (typeof capital)[] = [];
    const refresh = async () => {
      known = [capital];
    };
    const place = await takePlace(held, { ...context, records: () => known, refresh });
    expect(place).toMatchObject({ stem: expect.stringMatching(/^video_1~/), version: 1 });
  });

  it('is a later one even where the records still do not show who has it', async () => {
    const { held, context, store } = await openWork(downloadRecord({ storage: STORAGE }));
    await store.update(downloadKey(other), () => other);
    expect((await takePlace(held, { ...context, records: () => [] })).version).toBe(2);
  });
});
