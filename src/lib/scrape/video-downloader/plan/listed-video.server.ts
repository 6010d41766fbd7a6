import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ListedVideo } from '#lib/scrape/video-downloader/types.ts';

const text = z.string().optional().catch(undefined);
const entrySchema = z.object({ _type: text, id: text, url: text, webpage_url: text, title: text });

/** One line of a list (`-j --flat-playlist`); undefined for what has no page of its own on the web. */
export function listedVideo(line: string): ListedVideo | undefined {
  const entry = entrySchema.safeParse(parsed(line)).data;
  if (!entry) return undefined;
  const isLink = entry._type === 'url' || entry._type === 'url_transparent';
  // Of a video that has been opened, `url` is the file: its link may expire.
  const url = isLink ? (entry.url ?? entry.webpage_url) : (entry.webpage_url ?? entry.url);
  if (url === undefined || !/^https?:\/\//i.test(url)) return undefined;
  return { url, videoId: entry.id || idOf(url), title: entry.title };
}

/** Feeds name a page and no id. The same for the same page, and no other's. */
function idOf(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 16);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
