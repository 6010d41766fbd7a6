import { describe, expect, it } from 'vitest';
import { UploadJournal, uploadRecords } from '#lib/stores/assets/s3/upload/upload-journal.server.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { VirtualClock } from '../../../../fixtures/virtual-clock.ts';

const upload = (key: string, uploadId = 'u1') => ({ key, uploadId, sizeBytes: 7, sha256: 'a', partBytes: 8 });

function journals() {
  const clock = new VirtualClock();
  const records = createMemoryStore({ format: uploadRecords.format, clock });
  const dead = new Set<string>();
  const of = (name: string, place = 's3://films') =>
    new UploadJournal(records, place, { name, isSurelyDead: (owner) => dead.has(owner) });
  return { clock, records, dead, mine: of('me'), other: of('other'), of };
}
const keys = async (journal: UploadJournal, prefix: string) =>
  (await Array.fromAsync(journal.find(prefix))).map(({ key, uploadId }) => `${key} ${uploadId}`);

describe('the uploads that are under way', () => {
  it('are found by their key, or by a prefix of it, and no other’s', async () => {
    const { mine, of } = journals();
    for (const key of ['v/a', 'v/a b', 'v/ab', 'w/a']) await mine.begin(upload(key));
    await mine.begin(upload('v/a', 'u2'));
    await of('me', 's3://films-2').begin(upload('v/a', 'elsewhere'));
    expect(await keys(mine, 'v/a')).toEqual(['v/a u1', 'v/a u2']);
    expect(await keys(mine, 'v/')).toEqual(['v/a b u1', 'v/a u1', 'v/a u2', 'v/ab u1']);
    expect(await keys(mine, '')).toHaveLength(5);
  });

  it('are on record until they end', async () => {
    const { mine, records } = journals();
    const begun = await mine.begin(upload('v/a'));
    expect(begun).toMatchObject({ id: 's3://films/v/a u1', place: 's3://films', owner: 'me' });
    await mine.end(begun);
    expect(await records.count()).toBe(0);
  });
});

describe('the upload of another process', () => {
  it('is left to it while it lives, and renews its lease', async () => {
    const { clock, mine, other } = journals();
    const begun = await mine.begin(upload('v/a'));
    await clock.advance(100_000);
    await mine.renew(begun);
    await clock.advance(100_000);
    expect(await other.takeOver(begun)).toBeUndefined();
  });

  it.each<[string, (world: ReturnType<typeof journals>) => unknown]>([
    ['it has died', ({ dead }) => dead.add('me')],
    ['its lease has run out', ({ clock }) => clock.advance(120_000)],
    ['its lease was dated by a clock that was wrong', ({ clock }) => clock.set(clock.now() - 86_400_000)],
  ])('is taken over once %s', async (_when, happen) => {
    const world = journals();
    const begun = await world.mine.begin(upload('v/a'));
    await happen(world);
    const taken = await world.other.takeOver(begun);
    expect(taken).toMatchObject({ owner: 'other' });
    // What the first still does changes nothing.
    await world.mine.renew(begun);
    await world.mine.release(begun);
    expect(await world.records.get(begun.id)).toEqual(taken);
  });

  it('that was released is free at once, but for whom leaves it some time to be resumed', async () => {
    const { clock, mine, other } = journals();
    const begun = await mine.begin(upload('v/a'));
    await mine.release(begun);
    await clock.advance(59_999);
    expect(await other.takeOver(begun, 60_000)).toBeUndefined();
    await clock.advance(1);
    expect(await other.takeOver(begun, 60_000)).toMatchObject({ owner: 'other' });
  });

  it('that has ended is nobody’s', async () => {
    const { mine, other } = journals();
    const begun = await mine.begin(upload('v/a'));
    await mine.end(begun);
    expect(await other.takeOver(begun)).toBeUndefined();
  });
});
