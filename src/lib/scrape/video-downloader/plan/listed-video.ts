import { z } from 'zod';
import type { ListedVideo } from '#lib/scrape/video-downloader/types.ts';

const text = z.string().optional().catch(undefined);
const entrySchema = z.object({ _type: text, id: z.string().min(1), url: text, webpage_url: text, title: text });

/** One line of a list (`-j --flat-playlist`); undefined for what has no page of its own on the web. */
export function listedVideo(line: string): ListedVideo | undefined {
  const entry = entrySchema.safeParse(parsed(line)).data;
  if (!entry) return undefined;
  const isLink = entry._type === 'url' || entry._type === 'url_transparent';
  // Of a video that has been opened, `url` is the file: its link may expire.
  const url = isLink ? (entry.url ?? entry.webpage_url) : (entry.webpage_url ?? entry.url);
  if (url === undefined || !/^https?:\/\//i.test(url)) return undefined;
  return { url, videoId: entry.id, title: entry.title };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
