import { z } from 'zod';

const time = z.iso.datetime({ offset: true }).nullish().catch(null);
const row = z.looseObject({
  request_id: z.string().min(1),
  sent_at: time,
  status_code: z.number().nullish().catch(null),
  json_input: z.unknown().optional(),
  json_output: z.unknown().optional(),
});
const page = z.looseObject({
  items: z.array(row),
  next_cursor: z.union([z.string(), z.number().transform(String)]).nullish(),
  has_more: z.boolean().optional(),
});

/** One request of the account's history. */
export interface PastRequest {
  requestId: string;
  sentAt: string | undefined;
  statusCode: number | undefined;
  /** Undefined where fal has not kept it. */
  input: unknown;
  output: unknown;
}

export interface HistoryPage {
  requests: PastRequest[];
  /** Undefined on the last page. */
  nextCursor: string | undefined;
}

/** Undefined for what cannot be read as a whole: a row that is skipped could be the one that is looked for. */
export function historyPageOf(body: unknown): HistoryPage | undefined {
  const { data } = page.safeParse(body);
  if (!data) return undefined;
  const hasMore = data.has_more ?? typeof data.next_cursor === 'string';
  if (hasMore && !data.next_cursor) return undefined;
  return {
    requests: data.items.map((one) => ({
      ...{ requestId: one.request_id, sentAt: one.sent_at ?? undefined, statusCode: one.status_code ?? undefined },
      ...{ input: payloadOf(one.json_input), output: payloadOf(one.json_output) },
    })),
    nextCursor: hasMore ? (data.next_cursor ?? undefined) : undefined,
  };
}

/** As JSON, or as the text of it. */
function payloadOf(payload: unknown): unknown {
  if (typeof payload !== 'string') return payload ?? undefined;
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
