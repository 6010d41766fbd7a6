import { z } from 'zod';
import { ReelError } from '#lib/base/errors.ts';

/** What yt-dlp says of a page (`-J`), as far as it is used. Sites leave out anything, or fill it with something else. */
const text = z.string().optional().catch(undefined);
const amount = z.number().nonnegative().optional().catch(undefined);

const formatSchema = z.object({
  format_id: text,
  ext: text,
  protocol: text,
  vcodec: text,
  acodec: text,
  filesize: amount,
  filesize_approx: amount,
});

const infoSchema = z.object({
  ...formatSchema.shape,
  _type: text,
  id: text,
  title: text,
  url: text,
  webpage_url: text,
  extractor_key: text,
  timestamp: amount,
  upload_date: text,
  release_timestamp: amount,
  live_status: text,
  requested_formats: z.array(formatSchema).optional().catch(undefined),
  entries: z.array(z.unknown()).optional().catch(undefined),
});

export type PageInfo = z.infer<typeof infoSchema>;

export interface ReadPage {
  info: PageInfo;
  /** The whole document, for `--load-info-json`. */
  document: Record<string, unknown>;
}

/** @throws ReelError `provider-failed` when it is not what yt-dlp writes */
export function readPage(output: string): ReadPage {
  const document = jsonObject(output);
  const parsed = infoSchema.safeParse(document);
  if (!document || !parsed.success) {
    throw new ReelError('provider-failed', 'yt-dlp wrote no readable description of the video. Update it.', {
      stage: 'downloading',
    });
  }
  return { info: parsed.data, document };
}

function jsonObject(output: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(output);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value));
  } catch {
    return undefined;
  }
}

/**
 * What a page leads to: a video, or the address of another page, as for a player embedded in an article.
 * @throws ReelError `invalid-input` for a channel or playlist; `not-found` for an empty one
 */
export function onlyVideoOf({ info }: ReadPage): 'itself' | { url: string } {
  if (info._type === 'url' || info._type === 'url_transparent') return leadTo(info.url);
  if (info._type !== 'playlist' && info._type !== 'multi_video') return 'itself';
  const entries = (info.entries ?? []).flatMap((entry) => infoSchema.safeParse(entry).data ?? []);
  if (entries.length > 1) {
    const advice = 'Give the address of one video, or list the videos and download each.';
    throw new ReelError('invalid-input', `This page has several videos: it is a channel or a playlist. ${advice}`);
  }
  const [entry] = entries;
  if (!entry) throw new ReelError('not-found', 'This playlist is empty.', { stage: 'downloading' });
  return leadTo(entry.webpage_url ?? entry.url);
}

function leadTo(url: string | undefined): { url: string } {
  if (url !== undefined && /^https?:\/\//i.test(url)) return { url };
  throw new ReelError('rejected', 'This page leads to something that is not a page on the web.', {
    stage: 'downloading',
  });
}

/** What has been chosen from a page: the files that make up the video. */
export interface Plan {
  /** Bytes of each file, where the site tells. */
  sizes: Array<number | undefined>;
  announcesAudio: boolean;
  /** The same video in the same formats: only then may a download that was cut go on. */
  identity: string;
}

/** Others are fetched by programs that know no proxy. Of a file, no protocol is said. */
const PROTOCOLS = /^(https?|m3u8|m3u8_native|http_dash_segments)$/;

/** @throws ReelError `too-large` or `rejected`, before anything is fetched */
export function planOf(info: PageInfo, maxBytes: number): Plan {
  const parts = info.requested_formats ?? [info];
  // The choice leaves them out, unless it was written to get around that.
  const odd = parts.find(({ protocol }) => protocol !== undefined && !PROTOCOLS.test(protocol))?.protocol;
  if (odd !== undefined) {
    const message = `This format is fetched by ${odd.slice(0, 40)}, past our check of addresses. Choose one over http(s), HLS or DASH.`;
    throw new ReelError('rejected', message, { stage: 'downloading' });
  }
  const exact = parts.map(({ filesize }) => filesize);
  const known = exact.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  if (known > maxBytes) throw tooLarge(known, maxBytes);
  const has = (codec: string | undefined) => codec !== undefined && codec !== 'none';
  const formats = parts.map(({ format_id, filesize }) => `${format_id ?? ''}:${filesize ?? ''}`);
  return {
    sizes: parts.map(({ filesize, filesize_approx }) => filesize ?? filesize_approx),
    // Of a part without pictures sites often do not tell the codec.
    announcesAudio: parts.some(({ acodec, vcodec }) => has(acodec) || (vcodec === 'none' && acodec !== 'none')),
    identity: [info.extractor_key, info.id, ...formats].join(' '),
  };
}

export function tooLarge(bytes: number, maxBytes: number): ReelError {
  const message = `The video has ${bytes} bytes or more, and the limit is ${maxBytes} (maxBytes). Raise it, or choose a smaller format.`;
  return new ReelError('too-large', message, { stage: 'downloading' });
}

/** ISO 8601, as exactly as the site says it. */
export function uploadedAtOf({ timestamp, upload_date }: PageInfo): string | undefined {
  const at = timestamp === undefined ? Number.NaN : timestamp * 1000;
  if (Math.abs(at) <= 8.64e15) return new Date(at).toISOString();
  return /^(\d{4})(\d\d)(\d\d)$/
    .exec(upload_date ?? '')
    ?.slice(1)
    .join('-');
}
