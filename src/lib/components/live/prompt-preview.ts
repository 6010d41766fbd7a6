export type Preview = { prompt: string } | { why: string };

/** Only for visitors who may order: the provider's moderation refused it, or has not passed it yet. */
const KEPT = 'Moderation has not passed this prompt. Only people who may generate can see it.';
const AWAY = 'The prompt could not be loaded. Close this and open it again.';

/**
 * The prompt that an order would send now, or a sentence that says why it cannot be shown.
 * @param key `spotId/eraId`
 * @param model the one to order; default: the server's
 */
export async function fetchPreview(key: string, fetcher: typeof fetch = fetch, model?: string): Promise<Preview> {
  const query = model === undefined ? '' : `?${new URLSearchParams({ model })}`;
  try {
    const response = await fetcher(`/api/videos/${key}/prompt${query}`);
    if (response.ok) return { prompt: await response.text() };
    return { why: response.status === 401 || response.status === 403 ? KEPT : AWAY };
  } catch {
    return { why: AWAY };
  }
}

/** The prompt that moderation refused when the video was last ordered; undefined if unknown. */
export async function fetchRefusedPrompt(key: string, fetcher: typeof fetch = fetch): Promise<string | undefined> {
  try {
    const response = await fetcher(`/api/videos/${key}/prompt?refused=1`);
    return response.ok ? (await response.text()) || undefined : undefined;
  } catch {
    return undefined;
  }
}
