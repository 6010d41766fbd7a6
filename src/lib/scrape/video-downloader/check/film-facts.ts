/** Shorter sides that have a name of their own; a film with bars cut off is still what it was. */
const LABELS = [4320, 2160, 1440, 1080, 720, 480, 360, 240, 144];

/**
 * The usual label of a picture size: `1080p`. A wide film keeps the width of its class and has fewer lines (1920x800), an
 * upright one is turned (1080x1920).
 */
export function resolutionLabel(width: number | undefined, height: number | undefined): string | undefined {
  if (!width || !height) return undefined;
  const [longer, shorter] = [Math.max(width, height), Math.min(width, height)];
  // As on a 16:9 screen.
  const lines = Math.max(shorter, Math.round((longer * 9) / 16));
  const label = LABELS.find((one) => Math.abs(lines - one) <= one * 0.03) ?? shorter;
  return `${label}p`;
}

/** Constrained Baseline to High: 8 bits, 4:2:0. Browsers do not play the others everywhere. */
const AVC_PROFILES = new Set(['42', '4d', '58', '64']);

export interface FilmTracks {
  /** As in RFC 6381; undefined: no such track. */
  videoCodec: string | undefined;
  audioCodec: string | undefined;
}

export function playsEverywhere(mimeType: string, { videoCodec, audioCodec }: FilmTracks): boolean {
  const avc = /^avc[13]\.([0-9a-f]{2})/i.exec(videoCodec ?? '')?.[1]?.toLowerCase();
  const hasPlainSound = audioCodec === undefined || /^(mp4a\.40\.(2|5|29)|mp4a\.6[9b]|mp3)$/i.test(audioCodec);
  return mimeType === 'video/mp4' && avc !== undefined && AVC_PROFILES.has(avc) && hasPlainSound;
}

const CONTAINERS: Record<string, { container: string; extension: string }> = {
  'video/mp4': { container: 'mp4', extension: 'mp4' },
  'video/quicktime': { container: 'mov', extension: 'mov' },
  'video/webm': { container: 'webm', extension: 'webm' },
};

export function containerOf(mimeType: string): { container: string; extension: string } {
  return CONTAINERS[mimeType] ?? { container: 'mp4', extension: 'mp4' };
}
