import { findModel } from '#lib/wanx/models.ts';
import type { VideoView } from '#lib/web/video-view.ts';

/** The longest prompt that a model reads; undefined for a model that this page does not know. */
export function promptLimitOf(model: string): number | undefined {
  try {
    return findModel(model).promptLimit;
  } catch {
    return undefined;
  }
}

const grouped = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `812 of 5,000 characters`. Counted as the library counts, which never counts less than the provider. */
export function lengthWords(text: string, limit: number | undefined): string {
  return `${grouped(text.length)}${limit === undefined ? '' : ` of ${grouped(limit)}`} characters`;
}

/** Why a text cannot be ordered; undefined when it can. */
export function promptFault(text: string, limit: number | undefined): string | undefined {
  if (text.trim() === '') return 'Write what is to be seen, or use the suggested words.';
  const excess = limit === undefined ? 0 : text.length - limit;
  if (excess <= 0) return undefined;
  return `Too long for this model by ${grouped(excess)} ${excess === 1 ? 'character' : 'characters'}. Shorten it.`;
}

/** Whether the words of the newest order were refused, with or without an earlier film to be seen. */
export function wasRefused({ state, problem, lastTry }: VideoView): boolean {
  if (state === 'failed') return problem?.code === 'rejected';
  return state === 'ready' && lastTry?.problem.code === 'rejected';
}
