import { randomUUID } from 'node:crypto';
import { abortError } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { notSaved } from './not-saved.ts';
import type { NotSaved, Page } from './types.ts';

/** Of all pages together: each keeps a file open. */
const MOST_OPEN = 16;
const MOST_PIECE_BYTES = 16 * 1024 * 1024;

interface Transfer<Saved> {
  page: Page;
  writer: WritableStreamDefaultWriter<Uint8Array>;
  /** Never rejects. */
  result: Promise<Saved | NotSaved>;
}

/** Never rejects. */
type Save<Saved> = (request: unknown, fileData: ReadableStream<Uint8Array>) => Promise<Saved | NotSaved>;
export type Opened = { success: true; transferId: string } | NotSaved;
export type Taken = { success: true } | NotSaved;

/**
 * Videos that arrive from pages in pieces. A page knows a transfer by an id, and no other page can use it; it ends with its
 * page.
 */
export class Transfers<Saved extends { success: true }> {
  readonly #open = new Map<string, Transfer<Saved>>();
  readonly #watched = new WeakSet<Page>();
  readonly #save: Save<Saved>;

  constructor(save: Save<Saved>) {
    this.#save = save;
  }

  open(page: Page, request: unknown): Opened {
    if (this.#open.size >= MOST_OPEN) return notSaved(tooMany());
    this.#watch(page);
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const transferId = randomUUID();
    this.#open.set(transferId, { page, writer: writable.getWriter(), result: this.#save(request, readable) });
    return { success: true, transferId };
  }

  /** Resolves once the piece is being written: a page that waits for it never has more than one under way. */
  async write(page: Page, transferId: unknown, piece: unknown): Promise<Taken> {
    const transfer = this.#find(page, transferId);
    if (!transfer) return notSaved(unknownTransfer());
    if (!(piece instanceof Uint8Array)) return notSaved(noPiece());
    if (piece.byteLength > MOST_PIECE_BYTES) return notSaved(largePiece());
    const { writer, result } = transfer;
    const written = writer.write(piece).then(
      () => undefined,
      () => result,
    );
    // A save that fails early reads no more.
    const end = await Promise.race([written, result]);
    if (end === undefined || end.success) return { success: true };
    this.#forget(transfer);
    return end;
  }

  async close(page: Page, transferId: unknown): Promise<Saved | NotSaved> {
    const transfer = this.#find(page, transferId);
    if (!transfer) return notSaved(unknownTransfer());
    // It is whole now: a page that leaves while it is checked does not end it.
    this.#forget(transfer);
    transfer.writer.close().catch(() => {});
    return transfer.result;
  }

  /** Resolves once nothing of it is left. */
  async abort(page: Page, transferId: unknown): Promise<void> {
    const transfer = this.#find(page, transferId);
    if (transfer) await this.#end(transfer);
  }

  /** Of one page, or all. */
  async abortAll(page?: Page): Promise<void> {
    const ended = [...this.#open.values()].filter((transfer) => page === undefined || transfer.page === page);
    await Promise.all(ended.map((transfer) => this.#end(transfer)));
  }

  #find(page: Page, transferId: unknown): Transfer<Saved> | undefined {
    const transfer = typeof transferId === 'string' ? this.#open.get(transferId) : undefined;
    return transfer?.page === page ? transfer : undefined;
  }

  async #end(transfer: Transfer<Saved>): Promise<void> {
    this.#forget(transfer);
    transfer.writer.abort(abortError()).catch(() => {});
    await transfer.result;
  }

  #forget(transfer: Transfer<Saved>): void {
    for (const [id, one] of this.#open) if (one === transfer) this.#open.delete(id);
  }

  #watch(page: Page): void {
    if (this.#watched.has(page)) return;
    this.#watched.add(page);
    const end = () => void this.abortAll(page);
    page.on('destroyed', end);
    page.on('render-process-gone', end);
    page.on('did-navigate', end);
  }
}

function tooMany(): ReelError {
  return new ReelError('busy', `${MOST_OPEN} videos are being saved already. Wait until one of them is done.`, {
    stage: 'recording',
  });
}

function unknownTransfer(): ReelError {
  const message = 'There is no such transfer: it has ended, or it belongs to another page. Save the video again.';
  return new ReelError('not-found', message, { stage: 'recording' });
}

function noPiece(): ReelError {
  return new ReelError('invalid-input', 'A piece of a video must be a Uint8Array.', { stage: 'recording' });
}

function largePiece(): ReelError {
  const message = `A piece of a video may have at most ${MOST_PIECE_BYTES} bytes. Send smaller ones.`;
  return new ReelError('too-large', message, { stage: 'recording' });
}
