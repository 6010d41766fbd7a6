import type { Resolution } from '#lib/wanx/models.ts';
import type { VideoView } from '#lib/web/videos/view.ts';

export interface OrderOptions {
  model?: string;
  resolution?: Resolution;
  durationSeconds?: number;
  /** Replaces the suggested prompt. */
  prompt?: string;
  /** Buys it again even if there is one. */
  force?: boolean;
}

export interface OrderProblem {
  message: string;
  code?: string;
  status?: number;
}

export type OrderOutcome = { ok: true; view: VideoView } | { ok: false; problem: OrderProblem };
type Fetch = typeof fetch;

const NOT_REACHED =
  'The server is not responding, so it is not certain that the order arrived. Check before you repeat it.';

/** Buys a video, or resumes one that is paid for and not saved. Resolves as soon as the server has accepted it. */
export function orderVideo(key: string, options: OrderOptions, fetcher: Fetch = fetch): Promise<OrderOutcome> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  return send(fetcher, key, { method: 'POST', headers, body: JSON.stringify(options) });
}

export function cancelOrder(key: string, fetcher: Fetch = fetch): Promise<OrderOutcome> {
  return send(fetcher, key, { method: 'DELETE', headers: { accept: 'application/json' } });
}

async function send(fetcher: Fetch, key: string, init: RequestInit): Promise<OrderOutcome> {
  return viewIn(await ask(fetcher, key, init, NOT_REACHED));
}

export type Answer = { ok: true; status: number; body: unknown } | { ok: false; problem: OrderProblem };

/** @param path below `/api/videos/`; @param silence what is said where nobody answers */
export async function ask(fetcher: Fetch, path: string, init: RequestInit, silence: string): Promise<Answer> {
  let response: Response;
  try {
    response = await fetcher(`/api/videos/${path}`, init);
  } catch {
    return { ok: false, problem: { message: silence } };
  }
  const body: unknown = await response.json().catch(() => undefined);
  const { ok, status } = response;
  return ok ? { ok, status, body } : { ok, problem: problemOf(status, body) };
}

/** The video that an answer should hold. */
export function viewIn(answer: Answer): OrderOutcome {
  if (!answer.ok) return answer;
  const { status, body } = answer;
  return isView(body) ? { ok: true, view: body } : { ok: false, problem: problemOf(status, body) };
}

function isView(body: unknown): body is VideoView {
  return typeof body === 'object' && body !== null && 'key' in body && 'state' in body;
}

/** RFC 9457: `detail` says what happened in this case, `title` what kind of problem it is. */
function problemOf(status: number, body: unknown): OrderProblem {
  const fields: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  const text = [fields.detail, fields.title].find((part) => typeof part === 'string' && part !== '');
  const message = typeof text === 'string' ? text : `The server responded with status ${status} and no reason.`;
  return { message, status, ...(typeof fields.code === 'string' && { code: fields.code }) };
}
