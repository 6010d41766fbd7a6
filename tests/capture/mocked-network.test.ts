import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { captureAsset } from '#lib/capture/capture.server.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { makeMp4 } from '../fixtures/mp4/mp4.ts';
import { mockNetwork } from '../fixtures/wire/mock-network.ts';

const network = mockNetwork();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reelkeep-mocked-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each(['http', 'https'])(
  'a capture over %s can be mocked with msw, public name and address guard included',
  async (scheme) => {
    const video = await makeMp4({ sizeBytes: 3_000_000 });
    const asked: string[] = [];
    network.use(
      http.get(`${scheme}://results.example.com/v.mp4`, ({ request }) => {
        asked.push(request.url);
        return new HttpResponse(new Uint8Array(video), {
          headers: { etag: '"x"', 'content-length': String(video.length) },
        });
      }),
    );
    const url = `${scheme}://results.example.com/v.mp4?Expires=4000000000&Signature=a%2Bb`;
    const result = await captureAsset({ url }, join(folder, 'v.mp4'), { format: mp4 });
    expect(result).toMatchObject({ sizeBytes: video.length, verified: ['length', 'mp4'], attempts: 1 });
    expect(asked).toEqual([url]);
  },
);
