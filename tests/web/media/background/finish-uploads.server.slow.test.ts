import { expect, it, vi } from 'vitest';
import { finishUploads } from '#lib/web/media/background/finish-uploads.server.ts';
import { addFilm, storedLibrary } from '../../../fixtures/media/stored-library.ts';
import { makeMp4 } from '../../../fixtures/mp4/mp4.ts';

const film = await makeMp4({ sizeBytes: 4000 });
const log = () => ({ debug: vi.fn(), warn: vi.fn(), error: vi.fn() });

it('a file that an earlier process could not upload follows, and until then is named in the log once', async () => {
  const { server, keys, files } = await storedLibrary();
  server.onRequest(() => ({ kind: 'refuse', status: 403, code: 'AccessDenied' }));
  await addFilm(film, 'clip');
  const own = log();
  await finishUploads(own);
  await finishUploads(own);
  expect([files(), keys(), own.warn.mock.calls.length]).toEqual([['clip.mp4'], [], 1]);
  server.onRequest(() => undefined);
  await finishUploads(own);
  expect([files(), keys().length, own.warn.mock.calls.length, own.error.mock.calls]).toEqual([[], 1, 1, []]);
});
