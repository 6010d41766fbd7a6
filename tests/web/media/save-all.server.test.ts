import { describe, expect, it, vi } from 'vitest';
import { addMediaItem } from '#lib/media/index.ts';
import { saveAllSchema } from '#lib/web/media/media-view.ts';
import { saveAllState, startSaveAll, stopSavingAll } from '#lib/web/media/save-all.server.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

const film = await makeMp4({ sizeBytes: 4000 });

/** However slow the machine is. */
const HANG = { timeout: 50_000 };

async function ended(projectId: string) {
  return vi.waitFor(() => {
    const state = saveAllSchema.parse(saveAllState(projectId));
    expect(state.state).not.toBe('saving');
    return state;
  }, HANG);
}

describe('saving a whole project', () => {
  it('goes on by itself, and says what came of each item', async () => {
    mediaProject();
    let letGo = () => {};
    const isOpen = new Promise<void>((done) => {
      letGo = done;
    });
    let asked = 0;
    const origin = await loopback(async (request, response) => {
      asked += 1;
      await isOpen;
      response.statusCode = request.url === '/gone' ? 404 : 200;
      response.end(film);
    });
    await addMediaItem('all', { id: 'a', name: 'A', originalUrl: `${origin}/film` });
    await addMediaItem('all', { id: 'b', name: 'B', originalUrl: `${origin}/gone` });
    await addMediaItem('all', { id: 'c', name: 'C', inBrowser: true });
    await addMediaItem('all', { id: 'd', name: 'D', type: 'audio', originalUrl: `${origin}/film` });
    expect(saveAllState('all')).toEqual({ state: 'idle', done: 0, total: 0 });
    expect(await startSaveAll('all')).toMatchObject({ state: 'saving' });
    await vi.waitFor(() => expect(asked).toBe(2), HANG);
    // Asked for again, it is the same one.
    expect(await startSaveAll('all')).toMatchObject({ state: 'saving', total: 4 });
    letGo();
    expect(await ended('all')).toEqual({
      ...{ state: 'done', done: 4, total: 4 },
      report: {
        ...{ saved: 1, alreadyThere: 0, inBrowser: 1 },
        lost: [{ name: 'B', reason: expect.any(String) }],
        failed: [{ name: 'D', reason: expect.stringContaining('sound') }],
      },
    });
    await startSaveAll('all');
    expect(await ended('all')).toMatchObject({ report: { alreadyThere: 1 } });
  });

  it('ends with the server', async () => {
    mediaProject();
    const origin = await loopback(() => {});
    await addMediaItem('stopped', { id: 'a', originalUrl: `${origin}/film` });
    await startSaveAll('stopped');
    await stopSavingAll();
    expect(saveAllState('stopped')).toMatchObject({ state: 'failed', error: expect.any(String) });
  });

  it('refuses what cannot be a project', async () => {
    mediaProject();
    await expect(startSaveAll('../p')).rejects.toMatchObject({ problem: 'invalid-input' });
    expect(saveAllState('../p').state).toBe('idle');
  });
});
