import { z } from 'zod';
import { ReelError } from '#lib/base/errors.ts';

const REFUSALS = [400, 401, 403, 404, 409, 429, 500, 502, 503, 504, 529] as const;
const NAMES = [
  'drop-answer',
  'lost-answer',
  'slow-answer',
  ...REFUSALS.map((status) => `refuse-${status}` as const),
] as const;

const faultSchema = z.strictObject({
  /**
   * `refuse-…`: an error with that status. `drop-answer`: the connection is cut before anything is done; `lost-answer`:
   * after it was done. `slow-answer`: the answer takes `delayMs`.
   */
  fault: z.enum(NAMES),
  /** Only reads (GET) or writes (PATCH, POST). */
  on: z.enum(['read', 'write']).optional(),
  /** Only requests for this page. */
  pageId: z.string().optional(),
  /** How often; 1 by default. */
  times: z.union([z.number().int().positive(), z.literal('always')]).optional(),
  retryAfterSeconds: z.number().int().nonnegative().optional(),
  /** Of a 429: the limit of the connection (default) or of the whole workspace. */
  reason: z.enum(['public_api_request_rate_limit', 'public_api_space_request_rate_limit']).optional(),
  message: z.string().optional(),
  delayMs: z.number().nonnegative().optional(),
});
export type NotionFault = z.infer<typeof faultSchema>;

/** The faults still to come, in the order in which they were scripted. */
export class NotionFaults {
  #scripted: Array<{ fault: NotionFault; left: number }> = [];

  /** @throws ReelError `invalid-input` for a fault that could never occur */
  script(input: unknown): void {
    const parsed = faultSchema.safeParse(input);
    if (!parsed.success) {
      throw new ReelError('invalid-input', `The sandbox cannot script this fault. ${z.prettifyError(parsed.error)}`);
    }
    const { times = 1 } = parsed.data;
    this.#scripted.push({ fault: parsed.data, left: times === 'always' ? Number.POSITIVE_INFINITY : times });
  }

  /** The fault of this request, if any; it is used up by the call. */
  take(method: string, path: string): NotionFault | undefined {
    const found = this.#scripted.find(({ fault }) => fits(fault, method, path));
    if (!found) return undefined;
    found.left -= 1;
    this.#scripted = this.#scripted.filter(({ left }) => left > 0);
    return found.fault;
  }

  pending(): NotionFault[] {
    return this.#scripted.map(({ fault }) => fault);
  }

  clear(): void {
    this.#scripted = [];
  }
}

function fits({ on, pageId }: NotionFault, method: string, path: string): boolean {
  if (on !== undefined && (on === 'read') !== (method === 'GET')) return false;
  return pageId === undefined || plain(path).includes(plain(pageId));
}

function plain(text: string): string {
  return text.replaceAll('-', '');
}
