import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { listObjects } from '#lib/stores/assets/s3/read/list-objects.server.ts';
import { type FaultProxy, startFaultProxy } from '../../../../fixtures/servers/fault-proxy.ts';
import { type MemoryS3, memoryS3 } from '../../../../fixtures/servers/memory-s3.ts';
import { clientOf } from '../../../../fixtures/servers/real-s3.ts';
import { impatientClock } from '../../../../fixtures/servers/s3-stores.ts';

let bucket: MemoryS3;
let server: FaultProxy;
beforeEach(async () => {
  bucket = memoryS3({ pageSize: 2 });
  server = await startFaultProxy(bucket.handle);
  onTestFinished(() => server.close());
});

function list(prefix = '') {
  const client = clientOf({ endpoint: server.url, accessKeyId: 'key', secretAccessKey: 'secret' });
  onTestFinished(() => client.destroy());
  const limits = { clock: impatientClock(), stallTimeoutMs: 60_000, patienceMs: 180_000 };
  return listObjects(client, { bucket: 'films', base: 'reel/videos/', prefix }, limits);
}
const names = async (prefix?: string) => Array.fromAsync(list(prefix), ({ name }) => name);

function fill(...keys: string[]): void {
  for (const key of keys) {
    bucket.objects.set(key, { bytes: Buffer.from(key), etag: 'x', headers: {}, modifiedAt: new Date(1e12) });
  }
}

describe('a list of objects', () => {
  it('names what follows the base, page after page, and each once', async () => {
    fill('reel/videos/a.mp4', 'reel/videos/b.mp4', 'reel/videos/c/d.mp4', 'reel/videos/e.mp4', 'reel/media/f.mp4');
    expect(await names()).toEqual(['a.mp4', 'b.mp4', 'c/d.mp4', 'e.mp4']);
    expect(server.operations()).toHaveLength(2);
    expect(await names('c')).toEqual(['c/d.mp4']);
    const [first] = await Array.fromAsync(list('a'));
    expect(first).toEqual({ name: 'a.mp4', sizeBytes: 'reel/videos/a.mp4'.length, modifiedAt: new Date(1e12) });
  });

  it('leaves out what no asset can be: marks of folders, and hidden files of other programs', async () => {
    fill('reel/videos/', 'reel/videos/c/', 'reel/videos/.DS_Store', 'reel/videos/c/.keep', 'reel/videos/d.mp4');
    expect(await names()).toEqual(['d.mp4']);
  });

  it('goes on with the page that was refused for a moment', async () => {
    fill('reel/videos/a.mp4', 'reel/videos/b.mp4', 'reel/videos/c.mp4');
    let calls = 0;
    server.onRequest(() => {
      calls += 1;
      return calls === 2 ? { kind: 'refuse', status: 503 } : undefined;
    });
    expect([await names(), calls]).toEqual([['a.mp4', 'b.mp4', 'c.mp4'], 3]);
  });

  it('asks for no page that nobody reads', async () => {
    fill('reel/videos/a.mp4', 'reel/videos/b.mp4', 'reel/videos/c.mp4');
    for await (const { name } of list()) if (name === 'b.mp4') break;
    expect(server.operations()).toHaveLength(1);
  });
});
