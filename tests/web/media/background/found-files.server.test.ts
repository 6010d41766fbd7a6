import { expect, it, vi } from 'vitest';
import { listMediaItems, saveVideoToDisk } from '#lib/media/index.ts';
import { adoptFoundFiles } from '#lib/web/media/background/found-files.server.ts';
import { mediaProject } from '../../../fixtures/media/library.ts';
import { makeMp4 } from '../../../fixtures/mp4/mp4.ts';

it('a file that nobody has added gets an item at the start of the server, and the log says so once', async () => {
  mediaProject();
  await saveVideoToDisk({ projectId: 'p1', fileName: 'clip.mp4', fileData: await makeMp4({ sizeBytes: 4000 }) });
  const log = { info: vi.fn(), error: vi.fn() };
  await adoptFoundFiles(log);
  await adoptFoundFiles(log);
  expect(await listMediaItems('p1')).toMatchObject([{ name: 'clip.mp4', localState: 'here' }]);
  expect([log.info.mock.calls.length, log.error.mock.calls]).toEqual([1, []]);
});
