import { addressOf } from '#lib/openai-videos/assets/job/names.ts';
import type { DownloadRecord } from '#lib/openai-videos/assets/job/record.ts';
import type { AssetType } from '#lib/openai-videos/assets/job/types.ts';
import { jobOfPage } from '#lib/openai-videos/assets/job/views.ts';

/** What of `NotionUpdates` is used here. */
export interface PageUpdates {
  /** Resolves once the update is on record; it is delivered when the service can be reached. */
  queueUpdate(
    pageId: string,
    update: {
      status?: string;
      videoUrl?: string | undefined;
      thumbnailUrl?: string | undefined;
      error?: string | null;
    },
  ): Promise<void>;
  logVideoError(pageId: string, kind: string, message: string, details?: Record<string, unknown>): Promise<void>;
  /** Delivers what an earlier process has left. */
  start?(): void;
}

/** Where the app serves the files to whoever reads the page. */
export function publicUrlOf(baseUrl: string, { place, assets }: DownloadRecord, type: AssetType): string | undefined {
  if (!place || !assets.some((asset) => asset.type === type)) return undefined;
  return urlOf(baseUrl, addressOf(place, type));
}

/** Of the poster that was made from the film. */
function posterUrlOf(baseUrl: string, { place, pictures }: DownloadRecord): string | undefined {
  const poster = pictures?.posterSmall ?? pictures?.poster;
  return place && poster && urlOf(baseUrl, `${place.folder}/${poster.name}`);
}

function urlOf(baseUrl: string, address: string): string {
  const path = address.split('/').map(encodeURIComponent).join('/');
  return `${baseUrl.replace(/\/+$/, '')}/generated-videos/${path}`;
}

/**
 * Hands over what the job's page is to say. An earlier job of a page, which may end later, says nothing there.
 * @throws ReelError when the updates cannot be put on record
 */
export async function updatePage(
  notion: PageUpdates,
  record: DownloadRecord,
  { records, publicBaseUrl }: { records: readonly DownloadRecord[]; publicBaseUrl: string },
): Promise<boolean> {
  const { notionPageId, soraVideoId, status, error = '', expiresAt, retryCount } = record;
  const current = jobOfPage(records, notionPageId);
  if (current && current.completedAt !== record.completedAt) return false;
  if (status === 'completed') {
    const videoUrl = publicUrlOf(publicBaseUrl, record, 'video');
    const thumbnailUrl = publicUrlOf(publicBaseUrl, record, 'thumbnail') ?? posterUrlOf(publicBaseUrl, record);
    await notion.queueUpdate(notionPageId, { status: 'Completed', videoUrl, thumbnailUrl, error: null });
    return true;
  }
  const details = status === 'expired' ? { soraVideoId, expiresAt } : { soraVideoId, retryCount };
  await notion.logVideoError(notionPageId, 'download_failed', error, details);
  await notion.queueUpdate(notionPageId, { status: 'Failed' });
  return true;
}
