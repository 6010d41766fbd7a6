import { expect, it } from 'vitest';
import { BucketOfFilms } from '../../fixtures/scrape/processes/kept-films.ts';
import { ScrapeWorld } from '../../fixtures/scrape/processes/scrape-world.ts';
import { describeRealS3 } from '../../fixtures/servers/describe-real-s3.ts';
import { killingAt, type Moment } from '../../fixtures/servers/moments.ts';

/** Takes a minute; longer while other tests use the machine. */
const SLOW = { timeout: 600_000 };
const STAGES = ['probing', 'downloading', 'verifying', 'uploading', 'pictures'];
/** Of every call that changes a file, each so many is a death. */
const STEP = 6;
/** Two parts, the second one small. */
const MANY_PARTS = 9 * 1024 * 1024;

describeRealS3('processes that are killed while they store scraped films in S3', (s3) => {
  /** A film for each moment, whose process dies there. */
  async function killAt(world: ScrapeWorld, { proxy }: BucketOfFilms, moments: readonly Moment[]): Promise<void> {
    for (const [index, moment] of moments.entries()) {
      const onStart = (kill: () => void) => proxy.onRequest(killingAt(moment, kill));
      expect(await world.store(`film-${index}`, undefined, onStart), moment.join(' ')).toBe(true);
    }
    proxy.onRequest(() => undefined);
  }

  it('at every request: nothing is doubled, nothing lost', SLOW, async () => {
    const kept = await BucketOfFilms.open(s3.server, s3.client);
    const world = await ScrapeWorld.open({ kept });
    expect(await world.store('measured')).toBe(false);
    const seen = new Map<string, number>();
    const moments = kept.proxy.operations().flatMap((operation): Moment[] => {
      const nth = (seen.get(operation) ?? 0) + 1;
      seen.set(operation, nth);
      const before: Moment = [operation, nth, 'before'];
      // After a lost answer to a question the process may end by itself; after one to a write it asks what is there.
      return operation === 'PutObject' ? [before, [operation, nth, 'after']] : [before];
    });
    expect(seen.get('PutObject')).toBe(5);
    await killAt(world, kept, moments);
    await world.finish();
  });

  it('in parts', SLOW, async () => {
    const kept = await BucketOfFilms.open(s3.server, s3.client);
    const world = await ScrapeWorld.open({ kept, sizeBytes: MANY_PARTS });
    await killAt(world, kept, [
      ['CreateMultipartUpload', 1, 'before'],
      ['CreateMultipartUpload', 1, 'after'],
      ['UploadPart', 1, 'before'],
      ['UploadPart', 2, 'after'],
      ['CompleteMultipartUpload', 1, 'before'],
      ['CompleteMultipartUpload', 1, 'after'],
    ]);
    await world.finish();
    await kept.expectNoParts(1);
  });

  it('at every stage, and before calls that change a file', SLOW, async () => {
    const world = await ScrapeWorld.open({ kept: await BucketOfFilms.open(s3.server, s3.client) });
    await world.callsOfOne('warm');
    const calls = await world.callsOfOne('measured');
    for (const stage of STAGES) expect(await world.store(`at-${stage}`, { at: 'stage', stage })).toBe(true);
    for (let nth = 1; nth <= calls; nth += STEP) await world.store(`call-${nth}`, { at: 'call', nth });
    expect(world.kills).toBeGreaterThanOrEqual(STAGES.length + Math.floor(calls / STEP) - 1);
    await world.finish();
  });
});
