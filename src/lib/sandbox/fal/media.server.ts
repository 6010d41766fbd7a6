import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import { type ByteRange, sendPieces } from '#lib/sandbox/faults/send-pieces.server.ts';
import { type FalWorld, failureOf, filmOf, MEDIA_PATH, pause, statusOf } from './fal-world.server.ts';
import { filmOrderOf } from './film.ts';
import { playFaults, refuse } from './play-faults.server.ts';
import { isGone, take } from './queue.server.ts';
import { flat } from './refusal.ts';
import { uploadedBytes } from './storage.server.ts';

/** The host of generated media and of uploads: to be had by anyone who knows the address. */
export async function handleMedia(world: FalWorld, exchange: Exchange): Promise<void> {
  const [requestId = '', number = ''] = exchange.url.pathname.slice(MEDIA_PATH.length + 1).split('/');
  const uploaded = uploadedBytes(world, requestId);
  if (uploaded) return exchange.send(200, { 'content-type': uploaded.contentType }, uploaded.bytes);
  const request = world.book.find(requestId);
  const index = Number(number);
  const isOne = request && index < filmOrderOf(request.input).count && statusOf(world, request) === 'COMPLETED';
  if (!isOne || failureOf(request)) return refuse(exchange, flat(404));
  exchange.entry.taskId = requestId;
  const faults = take(world, 'media', request);
  if (await playFaults(world, exchange, faults)) return;
  if (faults.has('hidden-media')) return refuse(exchange, flat(403));
  if (faults.has('expired-media') || isGone(world, request)) return refuse(exchange, flat(404));
  if (faults.has('html-body')) return exchange.send(200, { 'content-type': 'text/html' }, '<!doctype html>');
  if (faults.has('changed-etag')) world.book.update(request, { revision: request.revision + 1 });
  const film = await filmOf(world, request, index, faults.has('corrupt-media'));
  const range = faults.has('ignored-range') ? undefined : rangeOf(exchange, film);
  const headers: Record<string, string> = { 'content-type': 'video/mp4', 'cache-control': 'public, max-age=3600' };
  if (!faults.has('no-etag')) headers.etag = film.etag;
  if (!faults.has('ignored-range')) headers['accept-ranges'] = 'bytes';
  await sendPieces(exchange, film, { range, headers, faults, pause: (ms) => pause(world, ms) });
}

/** The rest of the object, where the client's validator still holds. */
function rangeOf(exchange: Exchange, { etag, sizeBytes }: { etag: string; sizeBytes: number }): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(exchange.header('range') ?? '') ?? [];
  const ifRange = exchange.header('if-range') ?? exchange.header('if-match') ?? etag;
  const start = Number(first);
  const end = last ? Math.min(Number(last) + 1, sizeBytes) : sizeBytes;
  return first !== undefined && start < end && ifRange === etag ? { start, end } : undefined;
}
