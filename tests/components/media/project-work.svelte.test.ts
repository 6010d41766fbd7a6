import { describe, expect, it } from 'vitest';
import { BrowserItems } from '#lib/components/media/browser/browser-items.svelte.ts';
import { addItem, putFile } from '#lib/components/media/media-api.ts';
import { ProjectWork } from '#lib/components/media/project-work.svelte.ts';
import { mediaItem } from '../../fixtures/media/item-views.ts';
import { filmFile, keptEntry, MemoryShelf } from '../../fixtures/media/memory-shelf.ts';

type Answer = (body: unknown) => Response;

/** A project on a server that answers these, and notes what it is asked. */
async function project(answers: Record<string, Answer> = {}) {
  const asked: string[] = [];
  const shelf = new MemoryShelf();
  const usual: Record<string, Answer> = {
    'GET items': () => Response.json({ items: [mediaItem()], total: 1 }),
    'POST items': () => Response.json(mediaItem({ badge: 'in-browser' }), { status: 201 }),
    'PUT files': () => Response.json(mediaItem()),
    'POST save': () => Response.json(mediaItem()),
    'POST save-all': () => Response.json({ state: 'saving', done: 0, total: 0 }, { status: 202 }),
    'GET save-all': () => Response.json({ state: 'done', done: 1, total: 1 }),
  };
  const fetcher: typeof fetch = async (address, request) => {
    const path = new URL(String(address), 'http://x').pathname.split('/');
    const name = `${request?.method ?? 'GET'} ${path[4] === 'items' && path[6] ? path[6] : path[4]}`;
    asked.push(name);
    return ({ ...usual, ...answers }[name] ?? (() => new Response(null, { status: 404 })))(request?.body);
  };
  const inBrowser = new BrowserItems({
    shelf,
    list: ({ id, projectId, name }) => addItem(projectId, { id, name, inBrowser: true }, fetcher),
    send: ({ id, projectId, name }, file) => putFile(projectId, { id, name }, file, fetcher),
    sendNew: ({ projectId, name }, file) => putFile(projectId, { name }, file, fetcher),
    alone: (_name, work) => work(),
    ...{ askToLast: async () => 'unknown' as const, newId: () => 'new', nowMs: () => 1 },
  });
  let changes = 0;
  const onchange = async () => {
    changes += 1;
  };
  const first = { items: [mediaItem({ badge: 'remote' })], total: 1 };
  const work = new ProjectWork({ projectId: 'default', first, inBrowser, onchange, fetcher });
  return { work, asked, shelf, inBrowser, changes: () => changes };
}

const refusal = (detail: string) => () => Response.json({ detail }, { status: 500 });
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('adding files', () => {
  it('saves films one after the other, and says of each other file that it is none', async () => {
    const { work, asked, changes } = await project();
    await work.addFiles([filmFile('a.mp4'), filmFile('b.mp4'), new File(['x'], 'notes.txt', { type: 'text/plain' })]);
    expect(asked).toEqual(['POST items', 'PUT files', 'POST items', 'PUT files', 'GET items']);
    expect(plain(work.addWords)).toBe('2 films saved to disk. notes.txt is not a film.');
    expect(changes()).toBe(1);
  });

  it('says which are not on disk, and why', async () => {
    const { work, shelf } = await project({ 'PUT files': refusal('The library is offline.') });
    await work.addFiles([filmFile('a.mp4')]);
    expect(work.addWords).toBe('a.mp4 is not on disk: The library is offline.');
    expect(shelf.kept.size).toBe(1);
  });
});

describe('discarding a file of this browser', () => {
  async function discarded(size: { files: number }) {
    const deletion = () => Response.json({ items: 1, bytes: 0, ...size });
    const { work, asked, shelf, inBrowser } = await project({ 'DELETE items': deletion });
    await shelf.put(keptEntry(), filmFile());
    await inBrowser.load();
    await work.discard(keptEntry());
    return { asked, kept: shelf.kept.size };
  }

  it('takes it from the list of the server, too', async () => {
    expect(await discarded({ files: 0 })).toEqual({ asked: ['DELETE items', 'DELETE items', 'GET items'], kept: 0 });
  });

  it('leaves an item of which the server has the file by now', async () => {
    expect(await discarded({ files: 1 })).toEqual({ asked: ['DELETE items', 'GET items'], kept: 0 });
  });
});

describe('saving', () => {
  it('asks the server for what lies elsewhere, and shows the item as it is then', async () => {
    const { work, asked } = await project();
    await work.saveOne(mediaItem({ badge: 'remote' }));
    expect([asked, work.list.items[0]?.badge, work.busy.size]).toEqual([['POST save'], 'on-disk', 0]);
  });

  it('says at the item why it was not saved', async () => {
    const { work } = await project({ 'POST save': refusal('The link has expired.') });
    await work.saveOne(mediaItem({ badge: 'remote' }));
    expect([work.problems.get('a'), work.busy.size]).toEqual(['The link has expired.', 0]);
  });

  it('sends what this browser has, rather than ask for a link', async () => {
    const { work, asked, shelf, inBrowser } = await project();
    await shelf.put(keptEntry(), filmFile());
    await inBrowser.load();
    await work.saveOne(mediaItem({ badge: 'in-browser' }));
    expect(asked.slice(0, 2)).toEqual(['POST items', 'PUT files']);
    expect(shelf.kept.size).toBe(0);
  });

  it('of all begins with the files of this browser, of this project only', async () => {
    const { work, asked, shelf, inBrowser } = await project();
    await shelf.put(keptEntry(), filmFile());
    await shelf.put(keptEntry({ id: 'b', projectId: 'other' }), filmFile());
    await inBrowser.load();
    await work.saveAll();
    expect(asked.slice(0, 4)).toEqual(['POST items', 'PUT files', 'POST save-all', 'GET save-all']);
    expect([...shelf.kept.keys()]).toEqual(['b']);
    expect([work.isSending, work.saving.view.state]).toEqual([false, 'done']);
  });
});
