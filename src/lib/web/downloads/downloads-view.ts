import * as z from 'zod';
import { picturesSchema } from '#lib/web/pictures/pictures-schema.ts';

const isoTime = z.iso.datetime();
const count = z.number().nonnegative();
const states = ['pending', 'downloading', 'completed', 'failed', 'expired'] as const;

export const downloadedAssetViewSchema = z.strictObject({
  type: z.enum(['video', 'thumbnail', 'spritesheet']),
  filePath: z.string().describe('Relative to the project; of a file in object storage its name there'),
  fileName: z.string(),
  fileSize: count.describe('Bytes'),
  downloadedAt: isoTime,
  version: z.int().positive(),
  sha256: z.string(),
  mimeType: z.string(),
  url: z.string().describe('Where this server serves the file'),
});

export const downloadViewSchema = z.strictObject({
  notionPageId: z.string(),
  soraVideoId: z.string(),
  batchId: z.string(),
  completedAt: isoTime.describe('When the service had finished the video'),
  expiresAt: isoTime.describe('Until when the service keeps it; the end of 9999: it names no end'),
  downloadedAssets: z.array(downloadedAssetViewSchema),
  status: z.enum(states),
  retryCount: count.describe('Failed tries since it was queued or retried by hand'),
  maxRetries: count.describe('Quick retries; later ones go on to the deadline'),
  error: z.string().optional().describe('In full only for those who may retry'),
  progress: z.strictObject({ bytesReceived: count, bytesTotal: count.optional() }).optional(),
  missing: z.array(z.string()).optional().describe('One sentence for each optional file that is missing'),
  pictures: picturesSchema,
});
export type DownloadView = z.infer<typeof downloadViewSchema>;

export const downloadStatusSchema = z.strictObject({
  summary: z.strictObject({
    ...Object.fromEntries(states.map((state) => [state, count])),
    approachingExpiration: count.describe('Under way, with less than ten minutes left'),
  }),
  pending: count.describe('Pending and downloading'),
  expiring: count,
  expiringDownloads: z.array(
    z.strictObject({
      notionPageId: z.string(),
      soraVideoId: z.string(),
      expiresAt: isoTime,
      minutesRemaining: count,
    }),
  ),
  downloads: z.array(downloadViewSchema),
});
export type DownloadStatusView = z.infer<typeof downloadStatusSchema>;

export const downloadRetriedSchema = z.strictObject({ success: z.literal(true), message: z.string() });
export const downloadRefusedSchema = z.strictObject({ error: z.string() });
