import type { DownloadStatus, ScrapedVideo } from './types.ts';

type Filtered = Pick<ScrapedVideo, 'channelId' | 'videoId' | 'sourceUrl' | 'title' | 'download_status'>;

/** Every condition must hold. */
export interface FilmFilter {
  channelId?: string | undefined;
  videoId?: string | undefined;
  status?: DownloadStatus | undefined;
  /** Part of the title, an id or the address, in any case. */
  text?: string | undefined;
}

export function matches(video: Filtered, { channelId, videoId, status, text }: FilmFilter): boolean {
  if (channelId !== undefined && video.channelId !== channelId) return false;
  if (videoId !== undefined && video.videoId !== videoId) return false;
  if (status !== undefined && video.download_status !== status) return false;
  if (text === undefined) return true;
  const wanted = text.toLowerCase();
  const { title = '', sourceUrl } = video;
  return [title, video.channelId, video.videoId, sourceUrl].some((one) => one.toLowerCase().includes(wanted));
}
