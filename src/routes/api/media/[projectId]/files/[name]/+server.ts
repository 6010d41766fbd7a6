import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { uploadFile } from '#lib/web/media/media-items.server.ts';
import { uploadBody } from '#lib/web/media/upload-body.server.ts';
import type { RequestHandler } from './$types';

/** Saves the file that is sent, as a new item or as that of `?item=`. */
export const PUT: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  const { params, url, request } = event;
  const itemId = url.searchParams.get('item');
  const upload = { ...params, itemId, body: uploadBody(event), signal: request.signal };
  const { item, isNew } = await uploadFile(upload);
  return fresh(item, isNew ? 201 : 200);
});
