import { beforeAll, describe, expect, test } from 'vitest';
import type { CaptureProgress } from '#lib/capture/capture.server.ts';
import { ProgressMeter } from '#lib/capture/download/progress-meter.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { FakeClock } from '../../fixtures/fake-clock.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { answer, serve } from '../../fixtures/wire/fault-server.ts';

let video: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 100_000 });
});
const it = useCaptureCase();

describe('the meter', () => {
  function setUp() {
    const clock = new FakeClock();
    const reports: CaptureProgress[] = [];
    return { clock, reports, meter: new ProgressMeter((report) => reports.push(report), clock) };
  }

  test('reports at most ten times a second, and the last in any case', () => {
    const { clock, reports, meter } = setUp();
    meter.begin(0);
    for (let ms = 0; ms < 1000; ms += 1) {
      meter.update(ms * 1000, 1_000_000);
      clock.advance(1);
    }
    expect(reports).toHaveLength(10);
    meter.finish(1_000_000, 1_000_000);
    expect(reports).toHaveLength(11);
    expect(reports.at(-1)).toEqual({
      stage: 'downloading',
      bytesReceived: 1_000_000,
      bytesTotal: 1_000_000,
      bytesPerSecond: 1_000_000,
      etaSeconds: 0,
    });
  });

  test('tells the speed of now, not of long ago, and how long it will take', () => {
    const { clock, reports, meter } = setUp();
    meter.begin(0);
    for (let second = 1; second <= 20; second += 1) {
      clock.advance(1000);
      meter.update(second <= 10 ? second * 1000 : 10_000 + (second - 10) * 100, 21_000);
    }
    expect(reports.at(-1)).toMatchObject({ bytesPerSecond: 100, bytesReceived: 11_000, etaSeconds: 100 });
  });

  test('does not take resumed bytes for speed, and knows no end without a length', () => {
    const { clock, reports, meter } = setUp();
    meter.begin(5_000_000);
    clock.advance(1000);
    meter.update(5_000_500, undefined);
    expect(reports).toEqual([{ stage: 'downloading', bytesReceived: 5_000_500, bytesPerSecond: 500 }]);
  });
});

describe('the reports of a capture', () => {
  test('tell each stage in its turn', async () => {
    const stages: string[] = [];
    it.server.script(answer(503), serve(video));
    await it.capture({}, { onProgress: ({ stage }) => stages.at(-1) !== stage && stages.push(stage) });
    expect(stages).toEqual(['retrying', 'downloading', 'verifying']);
  });

  test('hold no signed query', async () => {
    const reports: CaptureProgress[] = [];
    it.server.script(answer(503), serve(video));
    const url = it.server.url('/v.mp4?Signature=secret');
    await it.capture({ url }, { onProgress: (report) => reports.push(report) });
    expect(JSON.stringify(reports)).not.toContain('secret');
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('the caller is broken');
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('the caller is broken');
      },
    ],
  ])('may go to a callback that %s', async (_name, onProgress) => {
    it.server.script(answer(503), serve(video));
    await it.capture({}, { onProgress });
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });
});
