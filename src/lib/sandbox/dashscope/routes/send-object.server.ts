import { gzipSync } from 'node:zlib';
import type { ResultObject } from '#lib/sandbox/clips/result-object.server.ts';
import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import type { Fault, FaultName } from '#lib/sandbox/dashscope/world/fault-kinds.ts';
import { pause, type World } from '#lib/sandbox/dashscope/world/world.server.ts';
import { type ByteRange, sendPieces } from '#lib/sandbox/faults/send-pieces.server.ts';
import { satisfiableRange } from './byte-range.ts';
import { errorXml, refuseXml } from './xml-answer.server.ts';

type Faults = Map<FaultName, Fault>;

// Objects never change but by the fault `changed-etag`, so any fixed time in the past will do.
const LAST_MODIFIED = 'Sat, 01 Aug 2026 08:00:00 GMT';
const LOGIN_PAGE = '<!doctype html><html><head><title>Sign in</title></head><body>Sign in to continue.</body></html>';

/** Answers a GET that may see the object: conditions, range, body, and what the faults make of them. */
export async function sendObject(
  world: World,
  exchange: Exchange,
  object: ResultObject,
  faults: Faults,
): Promise<void> {
  if (refuseByCondition(exchange, object)) return;
  if (faults.has('xml-body')) {
    const xml = errorXml(exchange, { code: 'AccessDenied', message: 'Request has expired.' });
    return exchange.send(200, { 'content-type': 'application/xml' }, xml);
  }
  if (faults.has('html-body')) return exchange.send(200, { 'content-type': 'text/html' }, LOGIN_PAGE);
  const headers = objectHeaders(exchange, object, faults);
  if (faults.has('gzip')) {
    const body = gzipSync(Buffer.concat([...object.pieces(0, object.sizeBytes)]));
    return exchange.send(200, { ...headers, 'content-encoding': 'gzip' }, body);
  }
  await sendBytes(world, exchange, object, faults, headers);
}

function refuseByCondition(exchange: Exchange, object: ResultObject): boolean {
  const { etag } = object;
  const ifMatch = exchange.header('if-match');
  const unmodifiedSince = Date.parse(exchange.header('if-unmodified-since') ?? '');
  if ((ifMatch !== undefined && !names(ifMatch, etag)) || unmodifiedSince < Date.parse(LAST_MODIFIED)) {
    const message = 'At least one of the pre-conditions you specified did not hold.';
    refuseXml(exchange, { status: 412, code: 'PreconditionFailed', message });
    return true;
  }
  const ifNoneMatch = exchange.header('if-none-match');
  const modifiedSince = Date.parse(exchange.header('if-modified-since') ?? '');
  const same = ifNoneMatch === undefined ? modifiedSince >= Date.parse(LAST_MODIFIED) : names(ifNoneMatch, etag);
  if (same) {
    exchange.entry.status = 304;
    exchange.response.writeHead(304, { etag, 'last-modified': LAST_MODIFIED }).end();
  }
  return same;
}

const names = (header: string, etag: string) =>
  header.split(',').some((candidate) => candidate.trim() === '*' || candidate.trim() === etag);

function objectHeaders(exchange: Exchange, object: ResultObject, faults: Faults): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'video/mp4',
    etag: object.etag,
    'last-modified': LAST_MODIFIED,
    'accept-ranges': 'bytes',
    'x-oss-request-id': exchange.entry.requestId,
    'x-oss-object-type': 'Normal',
    'x-oss-storage-class': 'Standard',
    'x-oss-server-time': '1',
  };
  const wrong = (BigInt(object.crc64) ^ 1n).toString();
  if (!faults.has('no-crc')) headers['x-oss-hash-crc64ecma'] = faults.has('wrong-crc') ? wrong : object.crc64;
  return headers;
}

function sendBytes(
  world: World,
  exchange: Exchange,
  object: ResultObject,
  faults: Faults,
  headers: Record<string, string>,
): Promise<void> {
  const range = rangeFor(exchange, object, faults);
  return sendPieces(exchange, object, { range, headers, faults, pause: (ms) => pause(world, ms) });
}

function rangeFor(exchange: Exchange, object: ResultObject, faults: Faults): ByteRange | undefined {
  if (faults.has('ignored-range')) return undefined;
  const range = satisfiableRange(exchange.header('range'), object.sizeBytes);
  return range !== undefined && faults.has('shifted-range') ? { start: 0, end: range.end } : range;
}
