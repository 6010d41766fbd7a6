import { expect, it } from 'vitest';
import { Bandwidth } from '#lib/stores/assets/s3/client/bandwidth.ts';
import { pacedBody } from '#lib/stores/assets/s3/client/paced-body.server.ts';
import { VirtualClock } from '../../../../fixtures/virtual-clock.ts';

it('a body goes out in pieces, no faster than it may, and tells of each', async () => {
  const clock = new VirtualClock();
  const bytes = Buffer.from('0123456789'.repeat(25));
  const sent: number[] = [];
  const body = pacedBody(
    bytes,
    new Bandwidth(1000, clock),
    new AbortController().signal,
    (count) => void sent.push(count),
  );
  const startMs = clock.now();
  const pieces: Buffer[] = await body.toArray();
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  expect([sent, clock.now() - startMs]).toEqual([[100, 100, 50], 200]);
});

it('a body that nobody reads tells of nothing but the piece in hand', async () => {
  const sent: number[] = [];
  const bandwidth = new Bandwidth(undefined, new VirtualClock());
  const body = pacedBody(
    Buffer.alloc(1_000_000),
    bandwidth,
    new AbortController().signal,
    (count) => void sent.push(count),
  );
  body.read(0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent.length).toBeLessThanOrEqual(1);
  body.destroy();
});

it('a body ends at the signal', async () => {
  const bandwidth = new Bandwidth(1, new VirtualClock({ auto: false }));
  const body = pacedBody(Buffer.alloc(10), bandwidth, AbortSignal.abort(), () => {});
  await expect(body.toArray()).rejects.toMatchObject({ code: 'aborted' });
});
