import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killAll, SLOW } from '../fixtures/processes/kill-matrix.ts';
import { KillCounts, KillGroup } from '../fixtures/processes/killing.ts';
import type { Death } from '../fixtures/processes/video-worker-protocol.ts';
import { ObjectWorld } from '../fixtures/records/object-world.ts';
import { clientOf, noRealS3, type RealS3, startRealS3 } from '../fixtures/servers/real-s3.ts';

const missing = noRealS3();
const counts = new KillCounts();
/** Two parts, the second one small. */
const MANY_PARTS = 9 * 1024 * 1024;
/** Before the first byte goes: the capture itself has a matrix of its own. */
const CALLS_BEFORE = 8;

type Moment = [operation: string, nth: number, when: 'before' | 'after'];

describe.skipIf(missing)(`a process that is killed while its film goes to S3${missing ? `: ${missing}` : ''}`, () => {
  let server: RealS3;
  let client: S3Client;
  beforeAll(async () => {
    server = await startRealS3();
    client = clientOf(server);
  });
  afterAll(async () => {
    client?.destroy();
    await server?.stop();
    console.log(`Crash matrix with object storage\n${counts}`);
  });

  /** Kills one worker for each moment, as the store sees it: before it has the request, or after it has answered. */
  async function killAt(world: ObjectWorld, moments: readonly Moment[]): Promise<void> {
    const kills = new KillGroup(world, counts);
    for (const [index, [operation, nth, when]] of moments.entries()) {
      const key = `s${index}/now`;
      const worker = world.worker({ keys: [key] });
      let seen = 0;
      world.proxy.onRequest((call) => {
        if (call.operation === operation) seen += 1;
        if (call.operation === operation && seen === nth && when === 'after') return { kind: 'lose' };
        // After a lost answer the next request is the sign that it is lost.
        if (seen < nth) return undefined;
        worker.signal('SIGKILL');
        return { kind: 'cut' };
      });
      expect(await kills.bury(key, worker, () => `${operation} ${nth}: ${when}`), `${operation} ${nth} ${when}`).toBe(
        true,
      );
    }
    world.proxy.onRequest(() => undefined);
    await kills.finish();
    const lostIds = moments.filter(([operation]) => operation === 'CreateMultipartUpload').length;
    await world.expectNothingElse(moments.length, lostIds);
  }

  it('in one piece', { timeout: SLOW }, async () => {
    await killAt(await ObjectWorld.open(server, client), [
      ['ListObjects', 1, 'before'],
      ['HeadObject', 1, 'before'],
      ['PutObject', 1, 'before'],
      ['PutObject', 1, 'after'],
      ['HeadObject', 2, 'before'],
      ['HeadObject', 2, 'after'],
    ]);
  });

  it('in parts', { timeout: SLOW }, async () => {
    await killAt(await ObjectWorld.open(server, client, { minBytes: MANY_PARTS }), [
      ['CreateMultipartUpload', 1, 'before'],
      ['CreateMultipartUpload', 1, 'after'],
      ['UploadPart', 1, 'before'],
      ['UploadPart', 2, 'after'],
      ['CompleteMultipartUpload', 1, 'before'],
      ['CompleteMultipartUpload', 1, 'after'],
    ]);
  });

  it('before each call that changes a file while it uploads', { timeout: 3 * SLOW }, async () => {
    const first = await ObjectWorld.open(server, client);
    for (const key of ['rome/now', 'rome/then']) await first.worker({ keys: [key] }).end();
    const worker = first.worker({ keys: ['rome/later'] });
    expect(await worker.end()).toBe(0);
    const { stages = [] } = worker.ofKind('calls')[0] ?? {};
    const from = stages.indexOf('uploading') - CALLS_BEFORE;
    const deaths = stages.slice(from).map((_stage, index): Death => ({ at: 'call', nth: from + index + 1 }));
    expect(deaths.length).toBeGreaterThan(10);
    await killAll({ open: () => ObjectWorld.open(server, client), counts }, deaths);
  });
});
