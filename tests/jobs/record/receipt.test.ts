import { describe, expect, it } from 'vitest';
import { makeReceipt } from '#lib/jobs/record/receipt.ts';
import { HALF_DOLLAR } from '../../fixtures/records/job-records.ts';

const input = {
  atMs: Date.parse('2026-11-21T00:00:00.000Z'),
  taskId: 't',
  asked: { model: 'm', durationSeconds: 5 },
  expected: { durationSeconds: 5, width: 1280, height: 720, hasAudio: true },
  estimate: HALF_DOLLAR,
  charged: { units: 5, usd: 0.5 },
  delivered: { durationSeconds: 5.04, width: 1280, height: 720, hasAudio: true, sizeBytes: 9 },
};

describe('makeReceipt', () => {
  it('finds nothing to claim when all is as ordered', () => {
    expect(makeReceipt(input)).toMatchObject({ at: '2026-11-21T00:00:00.000Z', taskId: 't', differences: [] });
  });

  it.each([
    [
      { delivered: { ...input.delivered, durationSeconds: 3 } },
      ['ordered 5 s, the file has 3 s', 'charged for 5 s, the file has 3 s'],
    ],
    [{ delivered: { ...input.delivered, width: 832, height: 480 } }, ['ordered 1280x720, the file has 832x480']],
    [{ delivered: { ...input.delivered, hasAudio: false } }, ['ordered with sound, the file has none']],
    [{ expected: { ...input.expected, hasAudio: false } }, ['ordered without sound, the file has sound']],
    [{ charged: { units: 10, usd: 1 } }, ['charged for 10 s, the file has 5.04 s']],
    [{ charged: { units: 10, outputUnits: 5, usd: 1 } }, []],
    [{ charged: { units: 15, outputUnits: 10, usd: 1 } }, ['charged for 10 s, the file has 5.04 s']],
    // Not told apart: five more seconds may have been charged for what was put in.
    [{ charged: { units: 10, usd: 1 }, estimate: { ...HALF_DOLLAR, units: 10 } }, []],
    [
      { charged: { units: 12, usd: 1 }, estimate: { ...HALF_DOLLAR, units: 10 } },
      ['charged for 12 s, the file has 5.04 s'],
    ],
    [{ charged: { units: 3, usd: 1 } }, ['charged for 3 s, the file has 5.04 s']],
    // Of what is counted, no second is compared.
    [{ charged: { units: 1, usd: 1 }, estimate: { ...HALF_DOLLAR, units: 1, unit: 'video' as const } }, []],
    [
      { charged: { units: 2, usd: 1 }, estimate: { ...HALF_DOLLAR, units: 1, unit: 'video' as const } },
      ['charged for 2 videos, ordered 1'],
    ],
    [{ charged: { units: 812, usd: 1 }, estimate: { ...HALF_DOLLAR, units: 900, unit: 'token' as const } }, []],
    // By far more than was estimated.
    [{ charged: { units: 5, usd: 1.01 } }, ['charged $1.01, the estimate was $0.50']],
    [{ charged: { units: 5, usd: 1.01 }, estimate: { ...HALF_DOLLAR, usd: null } }, []],
    [{ expected: {} }, []],
  ])('flags %j', (change, differences) => {
    expect(makeReceipt({ ...input, ...change }).differences).toEqual(differences);
  });

  it('notes what is odd about the file, and has no notes where nothing is', () => {
    expect(makeReceipt({ ...input, notes: ['512 bytes behind it'] }).notes).toEqual(['512 bytes behind it']);
    expect(makeReceipt(input)).not.toHaveProperty('notes');
  });

  it('keeps no query of a link that was handed in', () => {
    const asked = { ...input.asked, image: 'https://h/me.png?Signature=s3cret' };
    expect(makeReceipt({ ...input, asked }).asked).toEqual({ ...input.asked, image: 'https://h/me.png?…' });
  });

  it('says that the charge is not known when the provider did not tell', () => {
    expect(makeReceipt({ ...input, charged: undefined }).charged).toEqual({ usd: null });
  });
});
