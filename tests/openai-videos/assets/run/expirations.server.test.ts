import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DownloadRecord } from '#lib/openai-videos/assets/job/record.ts';
import { DownloadEngine } from '#lib/openai-videos/assets/run/engine.server.ts';
import { DownloadEvents } from '#lib/openai-videos/assets/run/events.ts';
import { isWaiting } from '#lib/openai-videos/assets/run/expirations.server.ts';
import { ProgressBook } from '#lib/openai-videos/assets/run/progress-book.ts';
import { downloadRecord, MINUTE_MS, minutesAfter, PLACE } from '../../../fixtures/openai-videos/download-record.ts';
import { openWork, type WorkOptions } from '../../../fixtures/openai-videos/download-work.ts';

/** A job for which no place is free, and what is on record of it after a look at the deadlines an hour later. */
async function waitAnHour(changes: Partial<DownloadRecord>, options: WorkOptions & { endpoint?: string } = {}) {
  const world = await openWork(downloadRecord(changes), options);
  await world.held.release();
  await world.clock.advance(61 * MINUTE_MS);
  const told: unknown[] = [];
  const engine = new DownloadEngine({
    context: { ...world.context, endpoint: options.endpoint ?? world.context.endpoint },
    ...{ hold: world.hold, concurrency: 0, progress: new ProgressBook() },
    events: new DownloadEvents(() => ({}) as never),
    notion: { queueUpdate: async () => {}, logVideoError: async (...all) => void told.push(all) },
    ...{ every: () => () => {}, publicBaseUrl: 'http://localhost:3000', drawPictures: undefined },
  });
  await engine.checkExpirations();
  const record = world.store.getSync(world.key);
  await engine.stop();
  return { ...world, record, told };
}

describe('a job that waits for a place past its deadline', () => {
  it('expires after one look, and the page is told', async () => {
    const { record, told, looks, asked } = await waitAnHour({});
    expect(record).toMatchObject({ status: 'expired', error: 'Download window expired (>1 hour since completion)' });
    expect(record?.lease).toBeUndefined();
    expect(told).toEqual([['page-1', 'download_failed', record?.error, expect.anything()]]);
    expect([looks.length, asked]).toEqual([1, []]);
  });

  it('goes on waiting where the service keeps the video longer', async () => {
    const look = () => ({ status: 'completed', expiresAt: new Date(minutesAfter(120)) });
    const { record, told } = await waitAnHour({}, { look });
    expect(record).toMatchObject({ status: 'pending', expiresAt: minutesAfter(120), expiresBy: 'service' });
    expect([record?.lease, told]).toEqual([undefined, []]);
  });

  it('of another service expires without a look', async () => {
    const { record, looks } = await waitAnHour({}, { endpoint: 'https://other.example/v1' });
    expect(record).toMatchObject({
      status: 'expired',
      error: expect.stringContaining('it was made at http://127.0.0.1:9/v1'),
    });
    expect(looks).toEqual([]);
  });
});

it('a film that is here in part, or whole, is none that waits', async () => {
  const { context } = await openWork(downloadRecord());
  const record = downloadRecord({ place: PLACE });
  expect([isWaiting(downloadRecord(), context), isWaiting(record, context)]).toEqual([true, true]);
  const path = context.storage.pathOf(PLACE, 'video');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, 'some');
  expect(isWaiting(record, context)).toBe(false);
});
