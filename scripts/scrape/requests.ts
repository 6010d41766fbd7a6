import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { messageOf, ReelError } from '#lib/base/errors.ts';
import { type DownloadRequest, listChannel } from '#lib/scrape/index.ts';

interface Wanted extends Pick<DownloadRequest, 'format' | 'maxHeight'> {
  /** The channel of those that name none. */
  channel?: string | undefined;
}

/**
 * The videos of a list: `URL`, or `channel video URL`, one a line; empty lines and those that begin with # are skipped.
 * @throws ReelError `invalid-input` naming the line
 */
export async function* requestsInFile(path: string, wanted: Wanted): AsyncGenerator<DownloadRequest> {
  const input = path === '-' ? process.stdin : await openFile(path);
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    const request = requestIn(line, wanted);
    if (request) yield request;
    else if (request === undefined) throw new ReelError('invalid-input', `Line ${number} of ${path}: ${WHAT_IT_NEEDS}`);
  }
}

const YOUTUBE = /(^|\.)youtube\.com$/;
const WHAT_IT_NEEDS = 'write "channel video URL", or a URL alone together with --channel.';

/** @returns null for a line without a request, undefined for one that is none */
export function requestIn(line: string, { channel, ...wish }: Wanted): DownloadRequest | null | undefined {
  const words = line.trim().split(/\s+/);
  const [first = '', second = '', third = ''] = words;
  if (first === '' || first.startsWith('#')) return null;
  if (words.length === 3) return { channelId: first, videoId: second, url: third, ...wish };
  if (words.length === 1 && channel !== undefined)
    return { channelId: channel, videoId: idOf(first), url: first, ...wish };
  return undefined;
}

/** An id for a video that has none: the same for the same address. Elsewhere `v` may be a version, the same on every page. */
function idOf(url: string): string {
  const watch = YOUTUBE.test(URL.parse(url)?.hostname ?? '') ? new URL(url).searchParams.get('v') : null;
  if (watch && /^[\w-]{6,20}$/.test(watch)) return watch;
  return createHash('sha256').update(url).digest('hex').slice(0, 16);
}

async function openFile(path: string) {
  try {
    return (await open(path)).createReadStream();
  } catch (error) {
    throw new ReelError('invalid-input', `${path} cannot be read: ${messageOf(error)}`);
  }
}

/** The videos of a channel or playlist as they are listed. @throws ReelError `invalid-input`; as `listChannel` */
export async function* listedRequests(
  url: string,
  {
    channel,
    limit = Number.POSITIVE_INFINITY,
    signal,
    ...wish
  }: Wanted & { limit?: number | undefined; signal: AbortSignal },
): AsyncGenerator<DownloadRequest> {
  if (channel === undefined) throw new ReelError('invalid-input', '--channel-url needs --channel.');
  let listed = 0;
  for await (const video of listChannel(url, { signal })) {
    if (listed >= limit) return;
    listed += 1;
    yield { channelId: channel, videoId: safeId(video.videoId), url: video.url, ...wish };
  }
}

/** As the site names it, where that is safe in a path. */
function safeId(id: string): string {
  return /^[\w-][\w.-]{0,98}[\w-]$|^[\w-]$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 16);
}
