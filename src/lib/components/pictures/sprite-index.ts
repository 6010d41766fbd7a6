/** Which part of a sprite sheet shows a span of a film; pixels and seconds. */
export interface Sprite {
  startSeconds: number;
  endSeconds: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

const CUE = /^(\S+)\s+-->\s+(\S+).*\r?\n.*#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)\s*$/gm;

/** Reads the WebVTT index of a sprite sheet; cues that are none are left out. */
export function parseSpriteIndex(text: string): Sprite[] {
  return [...text.matchAll(CUE)].flatMap(([, start = '', end = '', ...place]) => {
    const [x = 0, y = 0, width = 0, height = 0] = place.map(Number);
    const [startSeconds, endSeconds] = [secondsOf(start), secondsOf(end)];
    return width > 0 && height > 0 && startSeconds < endSeconds
      ? [{ startSeconds, endSeconds, x, y, width, height }]
      : [];
  });
}

/** `01:02:03.500`, the hours being optional. */
function secondsOf(time: string): number {
  return time.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0);
}

/** The picture for a moment of the film: before the first and after the last, those. */
export function spriteAt(sprites: readonly Sprite[], seconds: number): Sprite | undefined {
  return sprites.findLast(({ startSeconds }) => startSeconds <= seconds) ?? sprites[0];
}

const indexes = new Map<string, Promise<Sprite[]>>();

/** The index at this address, which ends in its hash: fetched once. Empty where it cannot be had now. */
export function fetchSpriteIndex(address: string, fetcher: typeof fetch = fetch): Promise<Sprite[]> {
  const known = indexes.get(address);
  if (known) return known;
  const fetched = fetcher(address)
    .then(async (response) => (response.ok ? parseSpriteIndex(await response.text()) : []))
    .catch(() => []);
  indexes.set(address, fetched);
  void fetched.then((sprites) => {
    // The next look tries again.
    if (sprites.length === 0) indexes.delete(address);
  });
  return fetched;
}
