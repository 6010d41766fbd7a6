import { describe, expect, it } from 'vitest';
import { totalsIn, usageOf } from '#lib/scrape/storage/usage.ts';
import { storedRecord } from '../../fixtures/scrape/records.ts';

const RECORDS = [
  storedRecord('news/rome', {
    sizeBytes: 3_000_000_000,
    storedAt: '2026-11-20T23:59:59.000Z',
    pictureBytes: 500_000_000,
  }),
  storedRecord('news/oslo', { sizeBytes: 1_000_000_000, storedAt: '2026-11-21T00:00:00.000Z' }),
  storedRecord('cats/tom', { sizeBytes: 5_000_000_000, storedAt: '2026-11-21T08:00:00.000Z' }),
  { ...storedRecord('cats/never', {}), stored: undefined },
];

describe('the usage of the storage', () => {
  it('counts films, pictures apart, by channel with the largest first', () => {
    expect(usageOf(totalsIn(RECORDS))).toMatchObject({
      ...{ videos: 3, bytes: 9e9, megabytes: 9000, gigabytes: 9, averageBytes: 3e9 },
      ...{ pictureBytes: 5e8, monthlyCostUsd: null },
      byChannel: [
        { channelId: 'cats', videos: 1, bytes: 5e9, pictureBytes: 0 },
        { channelId: 'news', videos: 2, bytes: 4e9, averageBytes: 2e9, pictureBytes: 5e8 },
      ],
    });
  });

  it('costs what films, pictures and former versions take up, by a price for each GB', () => {
    const usage = usageOf(totalsIn(RECORDS), { usdPerGb: 0.02, retained: { areKept: true, versions: 4, bytes: 5e8 } });
    expect(usage.monthlyCostUsd).toBeCloseTo(10 * 0.02);
    expect(usage.byChannel.map(({ monthlyCostUsd }) => monthlyCostUsd)).toEqual([0.1, 0.09]);
    expect(usage.retained).toEqual({ areKept: true, versions: 4, bytes: 5e8 });
  });

  it('grows by day', () => {
    expect(usageOf(totalsIn(RECORDS)).growth).toEqual([
      { day: '2026-11-20', videos: 1, bytes: 3.5e9, totalBytes: 3.5e9 },
      { day: '2026-11-21', videos: 2, bytes: 6e9, totalBytes: 9.5e9 },
    ]);
  });

  it('is nothing where nothing is stored', () => {
    const nothing = { videos: 0, bytes: 0, averageBytes: 0, monthlyCostUsd: 0, byChannel: [], growth: [] };
    expect(usageOf(totalsIn([]), { usdPerGb: 1 })).toMatchObject(nothing);
  });
});
