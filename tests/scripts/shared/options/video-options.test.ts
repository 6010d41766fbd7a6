import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { estimateText, priceOrder, type VideoArguments } from '../../../../scripts/shared/options/video-options.ts';
import { wav } from '../../../fixtures/mp4/sounds.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const IMAGE = 'https://example.com/a.png';
const textFor = async (given: VideoArguments, videos?: number) =>
  estimateText(await priceOrder(given), videos).replaceAll('\u00a0', ' ');

describe('what the plan says of the price', () => {
  it.each<[VideoArguments, ...string[]]>([
    [{ model: 'wan2.7-t2v' }, 'about $0.50', '5 s of wan2.7-t2v at 720P', 'list price of Singapore, 2026-09-16'],
    [{ model: 'wan2.6-t2v', durationSeconds: 15 }, 'about $1.50', 'list price of Singapore, 2026-05-26'],
    [{ model: 'wan2.6-t2v-us' }, 'about $0.50', 'list price of Virginia'],
    [{ model: 'wan2.6-i2v-flash', image: IMAGE }, 'about $0.25'],
    [{ model: 'wan2.6-i2v-flash', image: IMAGE, audio: false, resolution: '1080P' }, 'about $0.19'],
    [{ model: 'happyhorse-1.0-t2v', ratio: '4:5' }, 'about $0.70', 'happyhorse-1.0-t2v'],
    [{ model: 'wan3.0-video', durationSeconds: -1 }, 'at most $3.00', 'up to 30 s'],
    [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: 'https://e.com/a.mp3' }, 'at most $2.58', 'up to 20 s', 'Beijing'],
    [{ model: 'wan3.0-video-prime' }, 'price unknown'],
    [{ model: 'wan2.8-t2v', allowUnknownModel: true, durationSeconds: 60 }, 'price unknown', '60 s of wan2.8-t2v'],
  ])('%j', async (given, ...parts) => {
    const text = await textFor(given);
    for (const part of parts) expect(text).toContain(part);
  });

  it('counts the seconds of a local sound', async () => {
    const audioUrl = join(temporaryFolder(), 'a.wav');
    writeFileSync(audioUrl, wav(10));
    const text = await textFor({ model: 'wan2.2-s2v', image: IMAGE, audioUrl });
    expect(text).toMatch(/^about \$1\.29 \(10 s of wan2\.2-s2v at 720P/);
  });

  it('hands the permission on, without which an unknown model is refused', async () => {
    const given = { model: 'wan2.8-t2v', allowUnknownModel: true } as const;
    expect((await priceOrder(given)).options).toMatchObject(given);
    await expect(priceOrder({ model: 'wan2.8-t2v' })).rejects.toThrow('--allow-unknown-model');
  });
});
