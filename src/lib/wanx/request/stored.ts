import * as z from 'zod';
import { fieldsOf, REQUEST_OPTIONS } from './option-table.ts';
import type { WanxRequest } from './options.ts';

/** A request as it is kept in a record: the same fields, URLs as text. */
export const storedRequestSchema = z.object(fieldsOf(REQUEST_OPTIONS, 'json'));
export type StoredRequest = z.infer<typeof storedRequestSchema>;

/** The request with every URL as text, so that it survives JSON unchanged. */
export function toStoredRequest(request: WanxRequest): StoredRequest {
  return storedRequestSchema.parse(JSON.parse(JSON.stringify(request)));
}
