import * as z from 'zod';
import { ERROR_CODES } from '#lib/base/errors.ts';
import { picturesSchema } from '#lib/web/pictures/pictures-schema.ts';

// What the endpoints of scraped videos answer, and are asked.

const isoTime = z.iso.datetime();
const count = z.number().nonnegative();
const statuses = ['pending', 'downloading', 'downloaded', 'failed'] as const;

const figures = {
  videos: count.describe('Films that are stored'),
  bytes: count.describe('Of the films'),
  averageBytes: count.describe('Of one film; 0 where there is none'),
  pictureBytes: count.describe('Of their posters and sprite sheets, which are not among `bytes`'),
  monthlyCostUsd: count.nullable().describe('Of films and pictures; null: no price is set'),
};

export const storageOverviewSchema = z.strictObject({
  ...figures,
  byChannel: z.array(z.strictObject({ channelId: z.string(), ...figures })).describe('The largest first'),
  growth: z
    .array(
      z.strictObject({
        day: z.iso.date().describe('In UTC'),
        videos: count,
        bytes: count.describe('Of films and pictures stored that day and still there'),
        totalBytes: count.describe('Of all days up to this one'),
      }),
    )
    .describe('Days on which something was stored, in order'),
});
export type StorageOverview = z.infer<typeof storageOverviewSchema>;

export const scrapedFilmSchema = z.strictObject({
  channelId: z.string(),
  videoId: z.string(),
  title: z.string().optional(),
  site: z.string().describe('Host of the page that it comes from'),
  sourceUrl: z.string().optional().describe('Only for those who may clean up: an address may contain a secret'),
  status: z.enum(statuses),
  createdAt: isoTime.describe('When it was first asked for'),
  storedAt: isoTime.optional(),
  sizeBytes: count.optional(),
  durationSeconds: count.optional(),
  width: count.optional(),
  height: count.optional(),
  resolution: z.string().optional().describe('Such as 1080p'),
  container: z.string().optional().describe('Such as mp4'),
  mimeType: z.string().optional(),
  videoCodec: z.string().optional(),
  audioCodec: z.string().optional(),
  playsEverywhere: z.boolean().optional().describe('Whether every browser plays it'),
  sha256: z.string().optional(),
  src: z.string().optional().describe('Where this server serves the film; absent while nothing is stored'),
  pictures: picturesSchema,
  notes: z.array(z.string()).optional().describe('What is worth knowing about the file'),
  problem: z
    .strictObject({
      code: z.enum(ERROR_CODES),
      message: z.string().describe('In full only for those who may clean up'),
      retryable: z.boolean(),
      retryAt: isoTime.optional(),
    })
    .optional()
    .describe('Why the last attempt failed'),
  progress: z
    .strictObject({
      stage: z.enum(['starting', 'probing', 'downloading', 'processing', 'verifying', 'uploading']),
      isHeld: z.boolean().describe('Whether a process works on it now'),
      attempt: count,
      startedAt: isoTime,
      bytesReceived: count.optional(),
      bytesTotal: count.optional(),
      bytesUploaded: count.optional(),
    })
    .optional()
    .describe('Of the attempt under way, as it was last noted'),
});
export type ScrapedFilm = z.infer<typeof scrapedFilmSchema>;

export const scrapedFilmsSchema = z.strictObject({
  videos: z.array(scrapedFilmSchema).describe('The newest first'),
  total: count.describe('Films that match'),
  all: count.describe('Films on record'),
  channels: z.array(z.string()).describe('Of all films, in order'),
  nextCursor: z.string().optional().describe('Cursor of the next part; absent on the last one'),
});
export type ScrapedFilms = z.infer<typeof scrapedFilmsSchema>;

export const scrapedDownloadsSchema = z.strictObject({
  downloads: z.array(scrapedFilmSchema).describe('Wanted and under way, the oldest first'),
  total: count.describe('Also those that the limit leaves out'),
});
export type ScrapedDownloads = z.infer<typeof scrapedDownloadsSchema>;

export const cleanUpRequestSchema = z.strictObject({
  olderThanDays: z.number().nonnegative().optional().describe('Films stored longer ago go'),
  keepPerChannel: z.int().nonnegative().optional().describe('All but so many of each channel go, the oldest first'),
  maxBytes: z.number().nonnegative().optional().describe('The oldest go until films and pictures are no larger'),
  channelId: z.string().optional().describe('Only films of this channel'),
  removeVersions: z.boolean().optional().describe('In a bucket that keeps former versions, those go as well'),
  plan: z.string().optional().describe('From the dry run: removes what that has listed. Absent: a dry run'),
});
export type CleanUpRequest = z.infer<typeof cleanUpRequestSchema>;

export const cleanUpViewSchema = z.strictObject({
  isDryRun: z.boolean(),
  plan: z.string().describe('Stands for exactly these films, and for the request'),
  films: z
    .array(
      z.strictObject({
        channelId: z.string(),
        videoId: z.string(),
        title: z.string().optional(),
        bytes: count.describe('Of the film and its pictures'),
        storedAt: isoTime.optional(),
      }),
    )
    .describe('What would go, or is gone; the oldest first'),
  bytes: count.describe('That this frees'),
  notes: z.array(z.string()),
  stopped: z
    .strictObject({ channelId: z.string(), videoId: z.string(), reason: z.string() })
    .optional()
    .describe('The film at which it has stopped: nothing after it was removed'),
});
export type CleanUpView = z.infer<typeof cleanUpViewSchema>;

const limitSchema = z.coerce.number().int().min(1).max(500).optional();

/** What a page asks the list for. */
export const filmQuerySchema = z.object({
  text: z.string().trim().max(200).optional(),
  channel: z.string().max(200).optional(),
  video: z.string().max(200).optional(),
  status: z.enum(['', ...statuses]).optional(),
  cursor: z.string().max(400).optional(),
  limit: limitSchema,
});
export type FilmQuery = z.infer<typeof filmQuerySchema>;

/** What a page asks of what is wanted; without a limit, all. */
export const wantedQuerySchema = z.object({ limit: limitSchema });
