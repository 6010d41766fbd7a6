export type Preview = { prompt: string } | { why: string };

/** Nobody may be told it but who may order: the provider's moderation refused it, or has not passed it yet. */
const KEPT = 'Moderation has not passed this prompt. It is shown to who may generate only.';
const AWAY = 'The server did not say it. Close this and open it again.';

/**
 * The prompt that an order would send now, with the server's model; or, in a sentence, why there is none to show.
 * @param key `spotId/eraId`
 */
export async function previewPrompt(key: string, fetcher: typeof fetch = fetch): Promise<Preview> {
  try {
    const response = await fetcher(`/api/videos/${key}/prompt`);
    if (response.ok) return { prompt: await response.text() };
    return { why: response.status === 401 || response.status === 403 ? KEPT : AWAY };
  } catch {
    return { why: AWAY };
  }
}
