import { randomUUID } from 'node:crypto';
import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import { type FalWorld, MEDIA_PATH, REST_PATH } from './fal-world.server.ts';
import { playFaults, refuse } from './play-faults.server.ts';
import { flat } from './refusal.ts';
import { publicKeys } from './webhooks.server.ts';

const PUT_PATH = '/storage/put';

/** fal's REST API: uploads, in one piece or in parts, and the keys with which webhooks are checked. */
export async function handleRest(world: FalWorld, exchange: Exchange, path: string): Promise<void> {
  const call = `${exchange.entry.method} ${path}`;
  if (call === 'GET /.well-known/jwks.json') return exchange.sendJson(200, publicKeys(world.signingKey));
  if (call === 'POST /storage/upload/initiate' || call === 'POST /storage/upload/initiate-multipart') {
    return initiate(world, exchange);
  }
  const [, method = '', id = '', part = ''] = /^(PUT|POST) \/storage\/put\/([\w-]+)(?:\/(\w+))?$/.exec(call) ?? [];
  const upload = world.uploads.get(id);
  if (!upload) return refuse(exchange, flat(404));
  if (method === 'POST' && part === 'complete') return exchange.sendJson(200, { ok: true });
  const bytes = await exchange.body();
  const partNumber = Number(part || 1);
  upload.parts.set(partNumber, bytes);
  const etag = `"${bytes.length}-${partNumber}"`;
  exchange.sendJson(200, part === '' ? {} : { partNumber, etag }, { etag });
}

async function initiate(world: FalWorld, exchange: Exchange): Promise<void> {
  const body = await exchange.json();
  if (await playFaults(world, exchange, world.faults.take('upload', {}))) return;
  const fields = typeof body === 'object' && body !== null ? { ...body } : {};
  const { content_type: contentType, file_name: name } = { content_type: '', file_name: '', ...fields };
  const id = randomUUID();
  world.uploads.set(id, { contentType: contentType || 'application/octet-stream', parts: new Map() });
  exchange.sendJson(200, {
    upload_url: `${world.origin()}${REST_PATH}${PUT_PATH}/${id}?signature=sandbox`,
    file_url: `${world.origin()}${MEDIA_PATH}/${id}/${encodeURIComponent(name || 'file')}`,
  });
}

export function uploadedBytes({ uploads }: FalWorld, id: string) {
  const upload = uploads.get(id);
  if (!upload || upload.parts.size === 0) return undefined;
  const parts = [...upload.parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
  return { contentType: upload.contentType, bytes: Buffer.concat(parts) };
}
