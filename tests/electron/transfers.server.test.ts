import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { ElectronSaveResult, SavedInElectron } from '#lib/electron/index.ts';
import { Transfers } from '#lib/electron/transfers.server.ts';
import { standInPage } from '../fixtures/electron/main.ts';

const piece = () => new Uint8Array(10);

/** Transfers whose saving is done by hand. */
function byHand() {
  const streams: Array<ReadableStreamDefaultReader<Uint8Array>> = [];
  const ends: Array<(result: ElectronSaveResult) => void> = [];
  const transfers = new Transfers<SavedInElectron>((_request, fileData) => {
    streams.push(fileData.getReader());
    return new Promise((resolve) => ends.push(resolve));
  });
  const page = standInPage();
  const open = (by = page) => {
    const opened = transfers.open(by, {});
    return opened.success ? opened.transferId : opened.code;
  };
  return { transfers, streams, ends, page, open };
}

it('a piece is taken when it is being written, not before', async () => {
  const { transfers, streams, page, open } = byHand();
  const id = open();
  const taken: number[] = [];
  for (const number of [1, 2]) void transfers.write(page, id, piece()).then(() => taken.push(number));
  await setImmediate();
  expect(taken).toEqual([]);
  await streams[0]?.read();
  await expect.poll(() => taken).toEqual([1]);
  await setImmediate();
  expect(taken).toEqual([1]);
  await streams[0]?.read();
  await expect.poll(() => taken).toEqual([1, 2]);
});

it('belongs to the page that has opened it', async () => {
  const { transfers, page, open } = byHand();
  const [id, other] = [open(), standInPage()];
  for (const [by, wrong] of [
    [other, id],
    [page, 'x'],
    [page, 7],
    [page, undefined],
  ] as const) {
    expect(await transfers.write(by, wrong, piece())).toMatchObject({ success: false, code: 'not-found' });
    expect(await transfers.close(by, wrong)).toMatchObject({ success: false, code: 'not-found' });
    await transfers.abort(by, wrong);
  }
});

it.each([
  ['no bytes', 'bytes', 'invalid-input'],
  ['too many of them', new Uint8Array(16 * 1024 * 1024 + 1), 'too-large'],
])('refuses a piece of %s', async (_what, bytes, code) => {
  const { transfers, page, open } = byHand();
  expect(await transfers.write(page, open(), bytes)).toMatchObject({ success: false, code });
});

it('refuses the seventeenth at once, until one of them has ended', async () => {
  const { transfers, ends, page, open } = byHand();
  const ids = Array.from({ length: 16 }, () => open(standInPage()));
  expect(new Set(ids).size).toBe(16);
  expect(open()).toBe('busy');
  await transfers.abort(page, ids[0]);
  expect(open()).toBe('busy');
  ends[0]?.({ success: false, error: 'x', code: 'disk', retryable: false, fallback: 'blob' });
  void transfers.abortAll();
  expect(open()).not.toBe('busy');
});
