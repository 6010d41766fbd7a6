/** How the moments of a film are laid out on its sprite sheet. */
export interface SpritePlan {
  /** From one tile to the next. Tile `i` shows the film at `i * stepSeconds`. */
  stepSeconds: number;
  tiles: number;
  columns: number;
  rows: number;
  tileWidth: number;
  tileHeight: number;
}

const MOST_TILES = 20;
const COLUMNS = 5;
const SHORTEST_STEP_SECONDS = 0.5;
/** Longer side of a tile: 160x90 for a film of 16:9. */
const TILE_PIXELS = 160;

/**
 * At most 20 tiles, half a second or more apart, as wide as high as the film.
 * @param width and height of the film in square pixels
 */
export function planSprites(durationSeconds: number, width: number, height: number): SpritePlan {
  const stepSeconds = Math.max(SHORTEST_STEP_SECONDS, Math.ceil((durationSeconds / MOST_TILES) * 2) / 2);
  const tiles = Math.max(1, Math.ceil(durationSeconds / stepSeconds));
  const columns = Math.min(COLUMNS, tiles);
  const scale = TILE_PIXELS / Math.max(width, height);
  const [tileWidth, tileHeight] = [even(width * scale), even(height * scale)];
  return { stepSeconds, tiles, columns, rows: Math.ceil(tiles / columns), tileWidth, tileHeight };
}

/** Coded colours need even sizes. */
function even(pixels: number): number {
  return Math.max(2, Math.round(pixels / 2) * 2);
}

/**
 * The sheet as a WebVTT file: each cue names the part of the picture that shows its time, as a media fragment.
 * @param tiles how many the sheet really has; fewer than planned where the pictures end before the sound
 */
export function spriteIndexText(
  plan: Omit<SpritePlan, 'rows' | 'tiles'>,
  { tiles, durationSeconds, sheetName }: { tiles: number; durationSeconds: number; sheetName: string },
): string {
  const { stepSeconds, columns, tileWidth, tileHeight } = plan;
  const cues = Array.from({ length: tiles }, (_, tile) => {
    const start = tile * stepSeconds;
    const end = tile === tiles - 1 ? Math.max(durationSeconds, start + 0.001) : start + stepSeconds;
    const place = [(tile % columns) * tileWidth, Math.floor(tile / columns) * tileHeight, tileWidth, tileHeight];
    return `${cueTime(start)} --> ${cueTime(end)}\n${encodeURIComponent(sheetName)}#xywh=${place.join(',')}\n`;
  });
  return `WEBVTT\n\n${cues.join('\n')}`;
}

function cueTime(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const part = (value: number, digits: number) => String(Math.floor(value)).padStart(digits, '0');
  return `${part(ms / 3_600_000, 2)}:${part((ms / 60_000) % 60, 2)}:${part((ms / 1000) % 60, 2)}.${part(ms % 1000, 3)}`;
}
