import { countedLength, findModel, promptLength } from '#lib/wanx/models.ts';
import type { VideoView } from '#lib/web/videos/view.ts';

/** How a model reads a prompt. */
export interface Reader {
  /** Undefined: not known. */
  limit?: number;
  /** Counted as the library counts, which never counts less than the provider. */
  lengthOf(text: string): number;
}

export function readerOf(model: string): Reader {
  try {
    const { promptLimit, limitsKnown, ...traits } = findModel(model);
    return { ...(limitsKnown && { limit: promptLimit }), lengthOf: (text) => countedLength(text, traits) };
  } catch {
    // One that this page does not know.
    return { lengthOf: promptLength };
  }
}

const grouped = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `812 of 5,000 characters`. */
export function lengthWords(text: string, { limit, lengthOf }: Reader): string {
  return `${grouped(lengthOf(text))}${limit === undefined ? '' : ` of ${grouped(limit)}`} characters`;
}

/** Why a text cannot be ordered; undefined when it can. */
export function promptFault(text: string, { limit, lengthOf }: Reader): string | undefined {
  if (text.trim() === '') return 'Write what is to be seen, or use the suggested words.';
  const excess = limit === undefined ? 0 : lengthOf(text) - limit;
  if (excess <= 0) return undefined;
  return `Too long for this model by ${grouped(excess)} ${excess === 1 ? 'character' : 'characters'}. Shorten it.`;
}

/** Whether the words of the newest order were refused, with or without an earlier film to be seen. */
export function wasRefused({ state, problem, lastTry }: VideoView): boolean {
  if (state === 'failed') return problem?.code === 'rejected';
  return state === 'ready' && lastTry?.problem.code === 'rejected';
}
