/** The key of a film's record. */
export function scrapedKey({ channelId, videoId }: FilmIds): string {
  return `${channelId}/${videoId}`;
}

/** `{channelId}/{videoId}/video.{ext}`; with a fence, the name of a film whose plain name another file has. */
export function filmName(ids: FilmIds, extension: string, fence?: number): string {
  return `${ids.channelId}/${ids.videoId}/video${fence === undefined ? '' : `~${fence}`}.${extension}`;
}

/** `a/b/video~7.mp4` -> `a/b/video~7`: what the names of its pictures begin with. */
export function stemOfName(name: string): string {
  return name.replace(/\.[^./]+$/, '');
}

/** The film that an object belongs to, by its name; undefined for what is none of ours. */
export function idsOfName(name: string): FilmIds | undefined {
  const [, channelId, videoId] = /^([^/]+)\/([^/]+)\/video(?:~\d+)?\.[^/]+$/.exec(name) ?? [];
  return channelId === undefined || videoId === undefined ? undefined : { channelId, videoId };
}

export interface FilmIds {
  channelId: string;
  videoId: string;
}
