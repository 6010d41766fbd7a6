const UNPLAYABLE = 'The film is saved, but this browser could not load it.';

/** Why a film does not play: what the server says of its file, if it refuses it. */
export async function whyNoFilm(src: string, fetcher: typeof fetch = fetch): Promise<string> {
  try {
    // One byte: the answer is what is wanted, not the film.
    const response = await fetcher(src, { headers: { range: 'bytes=0-0' }, cache: 'no-store' });
    const body: unknown = response.ok ? await response.body?.cancel() : await response.json();
    if (typeof body !== 'object' || body === null || !('detail' in body)) return UNPLAYABLE;
    return typeof body.detail === 'string' ? body.detail : UNPLAYABLE;
  } catch {
    return UNPLAYABLE;
  }
}
