import { z } from 'zod';

const address = z
  .url({ protocol: /^https?$/ })
  .optional()
  .catch(undefined);
const submitted = z.looseObject({
  request_id: z.union([z.string().trim().min(1), z.number().transform(String)]),
  status_url: address,
  response_url: address,
  cancel_url: address,
});

/** A request that fal has accepted, with the addresses that it gave: fal's reference says not to build them. */
export interface FalHandle {
  statusUrl: string | undefined;
  responseUrl: string | undefined;
  cancelUrl: string | undefined;
}

/** Undefined when the answer does not name the request. */
export function submittedOf(body: unknown): ({ requestId: string } & FalHandle) | undefined {
  const { data } = submitted.safeParse(body);
  return (
    data && {
      requestId: data.request_id,
      ...{ statusUrl: data.status_url, responseUrl: data.response_url, cancelUrl: data.cancel_url },
    }
  );
}
