import { describe, expect, it } from 'vitest';
import { ServerRefusal } from '#lib/components/live/ask-server.ts';
import { BrowserItems, type BrowserItemsTools } from '#lib/components/media/browser/browser-items.svelte.ts';
import { mediaItem } from '../../../fixtures/media/item-views.ts';
import { filmFile, keptEntry, MemoryShelf } from '../../../fixtures/media/memory-shelf.ts';

function world(tools: Partial<BrowserItemsTools> = {}) {
  const shelf = new MemoryShelf();
  const done: string[] = [];
  const answer = (what: string) => async (entry: { id: string; name: string }) => {
    done.push(`${what} ${entry.id}, ${shelf.kept.size} kept`);
    return mediaItem({ id: entry.id, name: entry.name });
  };
  let ids = 0;
  const items = new BrowserItems({
    shelf,
    list: answer('list'),
    send: answer('send'),
    sendNew: answer('send new'),
    askToLast: async () => 'may-go',
    alone: (_name, work) => work(),
    newId: () => `id${++ids}`,
    nowMs: () => ids,
    ...tools,
  });
  return { shelf, done, items };
}

const silent = () => Promise.reject(new TypeError('fetch failed'));

describe('a file that is added', () => {
  it('is kept here before the server hears of it, and until the server has it', async () => {
    const { shelf, done, items } = world();
    const adding = items.add('p', filmFile());
    expect(items.leftIn('p')).toEqual([]);
    expect(await adding).toMatchObject({ id: 'id1', badge: 'on-disk' });
    expect(done).toEqual(['list id1, 1 kept', 'send id1, 1 kept']);
    expect([shelf.kept.size, items.entries.length, items.lasting]).toEqual([0, 0, 'may-go']);
  });

  it.each([
    ['list', silent, 'The server did not respond.'],
    ['send', silent, 'The server did not respond.'],
    ['send', () => Promise.reject(new ServerRefusal(507, 'The disk is full.')), 'The disk is full.'],
  ] as const)('stays here where the server fails to %s it, and says why', async (what, fail, why) => {
    const { shelf, items } = world({ [what]: fail });
    expect(await items.add('p', filmFile())).toBe(why);
    expect([shelf.kept.size, items.problems.get('id1'), items.saving.size]).toEqual([1, why, 0]);
    expect(items.leftIn('p').map(({ name }) => name)).toEqual(['a.mp4']);
    expect(items.leftIn('other')).toEqual([]);
  });

  it('goes straight to the server where the browser keeps nothing', async () => {
    const { shelf, done, items } = world();
    shelf.refusing = 'everything';
    expect(await items.add('p', filmFile())).toMatchObject({ badge: 'on-disk' });
    expect([done, items.entries]).toEqual([['send new id1, 0 kept'], []]);
  });

  it('is refused where neither keeps it', async () => {
    const { shelf, items } = world({ sendNew: silent });
    shelf.refusing = 'everything';
    expect(await items.add('p', filmFile())).toMatch(/^Neither this browser nor the server/);
    expect(items.entries).toEqual([]);
  });
});

describe('a file that an earlier page has left', () => {
  it('is found, the newest first, and saved under its own id', async () => {
    const { shelf, done, items } = world();
    for (const entry of [keptEntry({ id: 'old', addedAt: 1 }), keptEntry({ id: 'new', addedAt: 2 })])
      await shelf.put(entry, filmFile());
    await items.load();
    expect(items.entries.map(({ id }) => id)).toEqual(['new', 'old']);
    await items.save(keptEntry({ id: 'old' }));
    expect(done.at(-1)).toBe('send old, 2 kept');
    expect([...shelf.kept.keys()]).toEqual(['new']);
  });

  it('is sent once, however often that is asked', async () => {
    const { shelf, done, items } = world();
    await shelf.put(keptEntry(), filmFile());
    await Promise.all([items.save(keptEntry()), items.save(keptEntry())]);
    expect(done).toHaveLength(2);
  });

  it('that the browser has deleted is not taken for one of no bytes', async () => {
    const { shelf, done, items } = world();
    await shelf.put(keptEntry(), filmFile());
    shelf.body = async () => undefined;
    expect(await items.save(keptEntry())).toBe('This browser has deleted its file.');
    expect([done, items.problems.size]).toEqual([[], 1]);
  });

  it('is sent once by two tabs that save it at once, and both drop it', async () => {
    let last: Promise<unknown> = Promise.resolve();
    const inTurn = <T>(_name: string, work: () => Promise<T>): Promise<T> => {
      const turn = last.then(work, work);
      last = turn;
      return turn;
    };
    const tab = world({ alone: inTurn });
    const other = world({ alone: inTurn, shelf: tab.shelf });
    await tab.shelf.put(keptEntry(), filmFile());
    for (const { items } of [tab, other]) await items.load();
    const outcomes = await Promise.all([tab.items.save(keptEntry()), other.items.save(keptEntry())]);
    expect(outcomes).toEqual([expect.objectContaining({ id: 'a' }), 'Another tab has saved or discarded it.']);
    expect([tab.done.length, other.done, tab.items.entries, other.items.entries]).toEqual([2, [], [], []]);
    expect(other.items.problems.size).toBe(0);
  });

  it('is forgotten when somebody says so', async () => {
    const { shelf, items } = world();
    await shelf.put(keptEntry(), filmFile());
    await items.load();
    await items.drop(keptEntry());
    expect([items.entries, shelf.kept.size]).toEqual([[], 0]);
  });
});
