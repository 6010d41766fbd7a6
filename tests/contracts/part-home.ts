import { describe, expect, it } from 'vitest';
import { processIdentity } from '#lib/base/process/process-identity.server.ts';
import type { PartHome, RecordText } from '#lib/stores/records/move/part-home.ts';
import type { Transfer } from '#lib/stores/records/move/transfer.ts';
import type { PartStore } from '#lib/stores/records/open-record-store.server.ts';
import { type Counter, increment } from '../fixtures/records/counters.ts';

const TRANSFER: Transfer = {
  ...{ state: 'moving', place: 'elsewhere', moveId: 'move-1', at: '2026-11-29T00:00:00.000Z' },
};
const FILLING: Transfer = { ...TRANSFER, state: 'filling' };
const MARK = { id: 'store-1', folder: '/films', hasRecords: true };

async function* texts(...ids: string[]): AsyncGenerator<RecordText> {
  for (const key of ids) yield { key, content: JSON.stringify({ id: key, count: 1, file: `${key}.mp4` }) };
}

/**
 * What a place of records promises to a move.
 * @param open a place without records, and the store as a process opens it that starts now
 */
export function describePartHome(name: string, open: () => { home: PartHome; store: () => PartStore<Counter> }): void {
  const refused = { code: 'config', message: expect.stringContaining('elsewhere') };

  describe(`${name}, to a move`, () => {
    it('is a place where nothing was ever stored, then one with records', async () => {
      const { home, store } = open();
      expect(await home.look()).toMatchObject({ exists: false, records: 0, transfer: undefined });
      expect(await Array.fromAsync(home.read())).toEqual([]);
      await store().update('rome', increment('rome'));
      expect(await home.look()).toMatchObject({ exists: true, records: 1, transfer: undefined });
    });

    it('gives all records, many or odd, in the order in which their keys were first stored', async () => {
      const { home, store } = open();
      const ids = ['z', 'a\u0000\udfff', ...Array.from({ length: 600 }, (_, index) => `k${(index * 7919) % 600}`)];
      const records = store();
      await Promise.all(ids.map((id) => records.update(id, increment(id))));
      const read = await Array.fromAsync(home.read());
      expect(read.map(({ key }) => key)).toEqual(ids);
      expect(read[0]?.content).toBe('{"id":"z","count":1}');
    });

    it('refuses every use while it is frozen, and is as before when the move is given up', async () => {
      const { home, store } = open();
      await store().update('rome', increment('rome'));
      await home.freeze(TRANSFER);
      await expect(store().get('rome')).rejects.toMatchObject(refused);
      await expect(store().update('rome', increment('rome'))).rejects.toMatchObject(refused);
      expect(await home.look()).toMatchObject({ records: 1, transfer: TRANSFER });
      await home.giveUp('another move');
      expect((await home.look()).transfer).toEqual(TRANSFER);
      await home.giveUp(TRANSFER.moveId);
      expect(await store().update('rome', increment('rome'))).toMatchObject({ count: 2 });
    });

    it('is not frozen while a process works on a record', async () => {
      const { home, store } = open();
      const lease = { owner: processIdentity(), expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
      await store().update('rome', () => ({ id: 'rome', count: 1, lease }));
      await expect(home.freeze(TRANSFER)).rejects.toMatchObject({ code: 'busy' });
      expect((await home.look()).transfer).toBeUndefined();
    });

    it('is filled in place of what was there, and in use once it is opened', async () => {
      const { home, store } = open();
      await home.fill({ ...FILLING, moveId: 'earlier' }, texts('old'), undefined);
      await home.fill(FILLING, texts('b', 'a'), MARK);
      await expect(store().get('a')).rejects.toMatchObject(refused);
      expect(await home.look()).toMatchObject({ exists: true, records: 2, transfer: FILLING });
      await home.open(FILLING.moveId);
      expect(await home.look()).toMatchObject({ records: 2, transfer: undefined, arrivedBy: FILLING.moveId });
      expect((await Array.fromAsync(home.read())).map(({ key }) => key)).toEqual(['b', 'a']);
      expect(await home.readMark()).toMatchObject(MARK);
      const claimed = store().update('c', (_, { ownerOf }) => ({ id: 'c', count: 0, owner: ownerOf('a.mp4') }), {
        claims: ['a.mp4'],
      });
      expect(await claimed).toMatchObject({ owner: 'a' });
    });

    it('takes no record that does not fit the schema', async () => {
      const { home } = open();
      const wrong = async function* () {
        yield { key: 'rome', content: '{"id":"rome","count":"1"}' };
      };
      await expect(home.fill(FILLING, wrong(), undefined)).rejects.toMatchObject({
        code: 'store-corrupt',
        message: expect.stringContaining('"rome"'),
      });
    });

    it('that is half filled is empty again when the move is given up', async () => {
      const { home, store } = open();
      await home.fill(FILLING, texts('a'), undefined);
      await home.giveUp(FILLING.moveId);
      expect(await home.look()).toMatchObject({ exists: false, records: 0, transfer: undefined });
      expect(await store().update('rome', increment('rome'))).toMatchObject({ count: 1 });
    });

    it('that was left is never in use again', async () => {
      const { home, store } = open();
      await store().update('rome', increment('rome'));
      await home.freeze(TRANSFER);
      await home.leave(TRANSFER);
      expect((await home.look()).transfer).toEqual({ ...TRANSFER, state: 'moved' });
      await expect(store().get('rome')).rejects.toMatchObject(refused);
    });
  });
}
