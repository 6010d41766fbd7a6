import { z } from 'zod';

/** What an answer that is no success says. */
export interface FalProblem {
  httpStatus: number;
  /** `error_type` of fal's queue and runners, or the `type` of a model's error. */
  type: string | undefined;
  /** A model's errors come as a list, which nothing but the model writes. */
  isOfModel: boolean;
  /** May repeat the prompt. */
  message: string | undefined;
  /** Whether it has one of fal's two shapes: else it is a gateway's page. */
  isOfFal: boolean;
  /** Whether the same request may do better, where fal says so. */
  isRetryable: boolean | undefined;
}

interface Answer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: unknown;
}

const place = z.array(z.union([z.string(), z.number()])).catch([]);
const fault = z.looseObject({ loc: place, msg: z.string().catch(''), type: z.string().optional().catch(undefined) });
const failure = z.looseObject({
  detail: z
    .union([z.string(), z.array(fault)])
    .optional()
    .catch(undefined),
  error_type: z.string().optional().catch(undefined),
});

/** Of `{detail: [{loc, msg, type}]}`, which models answer, and `{detail, error_type}`, which the queue answers. */
export function problemOf({ status, headers, body }: Answer): FalProblem {
  const { detail, error_type: stated } = failure.safeParse(body).data ?? {};
  const faults = Array.isArray(detail) ? detail : [];
  const header = [headers['x-fal-error-type']].flat()[0];
  const flatType = stated ?? header;
  return {
    httpStatus: status,
    type: flatType ?? faults.find(({ type }) => type !== undefined)?.type,
    isOfModel: Array.isArray(detail) && detail.length > 0,
    message: typeof detail === 'string' ? detail : faults.map(wordsOf).join('; ') || undefined,
    isOfFal: detail !== undefined || flatType !== undefined,
    isRetryable: flagOf(headers['x-fal-retryable'] ?? headers['x-fal-needs-retry']),
  };
}

function wordsOf({ loc, msg }: z.infer<typeof fault>): string {
  const field = loc.filter((part) => part !== 'body').join('.');
  return [field, msg].filter(Boolean).join(': ');
}

function flagOf(header: string | string[] | undefined): boolean | undefined {
  const [text = ''] = [header].flat();
  if (/^(true|1)$/i.test(text)) return true;
  return /^(false|0)$/i.test(text) ? false : undefined;
}

/** Statuses that are about the call and never about the request that it asks for. */
const ABOUT_THE_CALL: ReadonlySet<number> = new Set([401, 403, 404, 405, 408, 410, 429]);

/**
 * Whether an answer to the result of a completed request says that the request itself has failed. Anything else, a bare
 * 504 above all, is a fault on the way: the result is there, and is asked for again.
 */
export function saysThatItFailed({ httpStatus, isOfFal, isOfModel, type }: FalProblem): boolean {
  if (httpStatus < 400 || !isOfFal || ABOUT_THE_CALL.has(httpStatus)) return false;
  return isOfModel || type !== undefined || httpStatus === 422;
}

/**
 * Whether it may be either: `{"detail": "Internal Server Error"}` and nothing else. fal's queue and runners name their errors in
 * `error_type` and in a header (https://fal.ai/docs/documentation/model-apis/request-errors), models that are not migrated need
 * not, and a server on the way writes the same for a fault that passes.
 */
export function mayMeanThatItFailed(problem: FalProblem): boolean {
  return problem.isOfFal && problem.httpStatus >= 499 && !saysThatItFailed(problem);
}
