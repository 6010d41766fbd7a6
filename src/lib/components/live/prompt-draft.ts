import { countedLength, findModel, promptLength } from '#lib/wanx/models.ts';
import type { VideoView } from '#lib/web/videos/view.ts';

/** How a model limits and counts a prompt. */
export interface Reader {
  /** Undefined: unknown. */
  limit?: number;
  /** As the library counts, which is never less than the provider's count. */
  lengthOf(text: string): number;
}

export function readerOf(model: string): Reader {
  try {
    const { promptLimit, limitsKnown, ...traits } = findModel(model);
    return { ...(limitsKnown && { limit: promptLimit }), lengthOf: (text) => countedLength(text, traits) };
  } catch {
    // A model unknown to this page.
    return { lengthOf: promptLength };
  }
}

const grouped = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `812 of 5,000 characters`. */
export function lengthWords(text: string, { limit, lengthOf }: Reader): string {
  return `${grouped(lengthOf(text))}${limit === undefined ? '' : ` of ${grouped(limit)}`} characters`;
}

/** Why a prompt cannot be ordered; undefined if it can. */
export function promptFault(text: string, { limit, lengthOf }: Reader): string | undefined {
  if (text.trim() === '') return 'Describe the video, or use the suggested prompt.';
  const excess = limit === undefined ? 0 : lengthOf(text) - limit;
  if (excess <= 0) return undefined;
  return `Too long for this model by ${grouped(excess)} ${excess === 1 ? 'character' : 'characters'}. Shorten it.`;
}

/** Whether the prompt of the newest order was refused, with or without an earlier film. */
export function wasRefused({ state, problem, lastTry }: VideoView): boolean {
  if (state === 'failed') return problem?.code === 'rejected';
  return state === 'ready' && lastTry?.problem.code === 'rejected';
}
