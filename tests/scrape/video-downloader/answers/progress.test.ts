import { describe, expect, it } from 'vitest';
import { ProgressSum } from '#lib/scrape/video-downloader/answers/progress.ts';

const line = (fields: object) => JSON.stringify({ status: 'downloading', ...fields });

describe('the progress of one video', () => {
  it('is what yt-dlp counts', () => {
    const sum = new ProgressSum([undefined]);
    const json = line({ filename: 'a', downloaded_bytes: 10, total_bytes: 40, speed: 5, eta: 6 });
    expect(sum.add(json)).toEqual({
      stage: 'downloading',
      bytesReceived: 10,
      bytesTotal: 40,
      bytesPerSecond: 5,
      etaSeconds: 6,
    });
  });

  it('adds up picture and sound, of which the sound has not begun', () => {
    const sum = new ProgressSum([100, 30]);
    expect(sum.add(line({ filename: 'v', downloaded_bytes: 50, total_bytes: 100 }))?.bytesTotal).toBe(130);
    sum.add(line({ filename: 'v', status: 'finished', downloaded_bytes: 100, total_bytes: 100 }));
    expect(sum.add(line({ filename: 'a', downloaded_bytes: 10 }))).toMatchObject({
      bytesReceived: 110,
      bytesTotal: 130,
    });
  });

  it('says when everything is here', () => {
    const sum = new ProgressSum([100, 30]);
    const end = (filename: string) => sum.add(line({ filename, status: 'finished', downloaded_bytes: 1 }))?.stage;
    expect([end('v'), end('a')]).toEqual(['downloading', 'processing']);
  });

  it('has no total while one of the sizes is unknown', () => {
    const sum = new ProgressSum([100, undefined]);
    expect(sum.add(line({ filename: 'v', downloaded_bytes: 50, total_bytes: 100 }))?.bytesTotal).toBeUndefined();
  });

  it('takes an estimate as a total, but not as certain', () => {
    const sum = new ProgressSum([undefined]);
    const json = line({ filename: 'v', downloaded_bytes: 50, total_bytes_estimate: 900.5 });
    expect(sum.add(json)?.bytesTotal).toBe(900.5);
    expect(sum.bytesCertain).toBe(50);
  });

  it('knows what will certainly come before it has', () => {
    const sum = new ProgressSum([undefined]);
    sum.add(line({ filename: 'v', downloaded_bytes: 1, total_bytes: 5000 }));
    expect(sum.bytesCertain).toBe(5000);
  });

  it.each([['not JSON'], ['null'], ['[]'], ['{}'], ['{"status":1}']])('ignores %s', (json) => {
    expect(new ProgressSum([]).add(json)).toBeUndefined();
  });

  it('survives numbers that are none', () => {
    const sum = new ProgressSum([undefined]);
    const json = line({ filename: 'v', downloaded_bytes: 7, total_bytes: null, speed: 'fast', eta: null });
    expect(sum.add(json)).toMatchObject({ bytesReceived: 7, bytesPerSecond: undefined });
  });
});
