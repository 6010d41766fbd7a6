import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addMediaItem, listMediaItems } from '#lib/media/index.ts';
import { mediaProject } from '../../fixtures/media/library.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { Child } from '../../fixtures/processes/child.ts';
import { serve, startFaultServer } from '../../fixtures/wire/fault-server.ts';

const MIB = 1024 * 1024;

test('killed half way through the second of three items, a new run goes on with its part file', async () => {
  const { root } = mediaProject();
  const film = await makeMp4({ sizeBytes: 2.5 * MIB });
  const server = await startFaultServer(serve(film), serve(film, { stallAt: MIB }), serve(film));
  onTestFinished(() => server.close());
  for (const id of ['a', 'b', 'c']) {
    await addMediaItem('p1', { id, name: `Film ${id}`, originalUrl: server.url(`/${id}.mp4`) });
  }
  const start = () => new Child('media/save-all-child.ts', ['p1']);
  const part = join(root, 'projects/p1/videos/Film b.mp4.part');
  const killed = start();
  await expect.poll(() => (existsSync(part) ? statSync(part).size : 0), { interval: 20, timeout: 30_000 }).toBe(MIB);
  killed.signal('SIGKILL');
  expect(await killed.exit).toBe('SIGKILL');
  expect((await listMediaItems('p1')).map(({ isLocalFile }) => isLocalFile)).toEqual([true, false, false]);

  const second = start();
  expect(JSON.parse((await second.line()) ?? '')).toEqual([2, 1, 0, 0]);
  expect(await second.exit).toBe(0);
  expect(server.requests.map(({ target, headers }) => [target, headers.range])).toEqual([
    ['/a.mp4', undefined],
    ['/b.mp4', undefined],
    ['/b.mp4', `bytes=${MIB}-`],
    ['/c.mp4', undefined],
  ]);
  expect(readdirSync(join(root, 'projects/p1/videos')).sort()).toEqual(['Film a.mp4', 'Film b.mp4', 'Film c.mp4']);
  for (const { localPath = '' } of await listMediaItems('p1'))
    expect(readFileSync(join(root, localPath))).toEqual(film);

  const third = start();
  expect(JSON.parse((await third.line()) ?? '')).toEqual([0, 3, 0, 0]);
});
