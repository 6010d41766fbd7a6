/**
 * The prompt that an order would send now, with the server's model; undefined where the server does not say.
 * @param key `spotId/eraId`
 */
export async function previewPrompt(key: string, fetcher: typeof fetch = fetch): Promise<string | undefined> {
  try {
    const response = await fetcher(`/api/videos/${key}/prompt`);
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
}
