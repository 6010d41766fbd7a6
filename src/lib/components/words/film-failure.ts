const UNPLAYABLE = 'The film is saved, but this browser could not load it.';
const ELSEWHERE = 'This browser could not load the film. Its link may have expired, or the format is not one it plays.';

/** Why a film does not play: the server's reason, if it does not serve the file. */
export async function whyNoFilm(src: string, fetcher: typeof fetch = fetch): Promise<string> {
  // A page may ask its own server only.
  if (!src.startsWith('/')) return ELSEWHERE;
  try {
    // One byte: only the response matters, not the film.
    const response = await fetcher(src, { headers: { range: 'bytes=0-0' }, cache: 'no-store' });
    const body: unknown = response.ok ? await response.body?.cancel() : await response.json();
    if (typeof body !== 'object' || body === null || !('detail' in body)) return UNPLAYABLE;
    return typeof body.detail === 'string' ? body.detail : UNPLAYABLE;
  } catch {
    return UNPLAYABLE;
  }
}
