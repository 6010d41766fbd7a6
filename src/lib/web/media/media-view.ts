import * as z from 'zod';
import { ERROR_CODES } from '#lib/base/errors.ts';
import { playbackSource } from '#lib/media/play/sources.ts';
import type { MediaItem } from '#lib/media/types.ts';
import { spendAccessSchema } from '#lib/web/access/access-schema.ts';
import { picturesSchema } from '#lib/web/pictures/pictures-schema.ts';
import { picturesView } from '#lib/web/pictures/pictures-view.ts';

// What the endpoints of the media library answer, and are asked.

const isoTime = z.iso.datetime();
const count = z.number().nonnegative();

export const mediaItemSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  type: z.enum(['video', 'audio', 'image']),
  badge: z
    .enum(['on-disk', 'in-browser', 'remote', 'lost', 'offline', 'in-cloud'])
    .describe(
      'Where it can be had: offline, while the drive of the library is away; in-cloud, while a sync service keeps the file elsewhere',
    ),
  src: z.string().optional().describe('What to play; absent where this server knows of nothing'),
  pictures: picturesSchema,
  picturesDue: z.boolean().optional().describe('Its pictures are being made'),
  picturesMissing: z
    .array(z.string())
    .optional()
    .describe('Which pictures could not be made and why, one sentence each'),
  createdAt: count.describe('In ms since the epoch'),
  fileSize: count.describe('Bytes; 0: not known'),
  duration: count.optional().describe('Seconds'),
  width: count.optional(),
  height: count.optional(),
  localPath: z.string().optional().describe("Relative to the library's root"),
  localState: z.enum(['here', 'missing', 'in-cloud', 'offline']).optional().describe('Of the file at `localPath`'),
  originalUrl: z.string().optional().describe("The provider's link"),
  expiresAt: isoTime.optional().describe('End of the link, where it is known'),
  inBrowser: z.boolean().optional().describe('A browser has the bytes'),
  lostReason: z.string().optional().describe('Why no copy can be had any more'),
  modelId: z.string().optional(),
});
export type MediaItemView = z.infer<typeof mediaItemSchema>;

const deletedItemSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  fileSize: count,
  deletedUntil: isoTime.describe('Until then the deletion can be undone'),
});
export type DeletedItemView = z.infer<typeof deletedItemSchema>;

export const mediaItemsSchema = z.strictObject({
  items: z.array(mediaItemSchema).describe('The newest first'),
  total: count.describe('Items of the project'),
  deleted: z
    .array(deletedItemSchema)
    .optional()
    .describe('Items that were deleted by themselves, the last one first; on the first part only'),
  nextCursor: z.string().optional().describe('Cursor of the next part; absent on the last one'),
});
export type MediaItems = z.infer<typeof mediaItemsSchema>;

export const mediaProjectSchema = z.strictObject({
  projectId: z.string(),
  items: count,
  localItems: count.describe('Those that have a file'),
  bytes: count.describe('Of the files, as recorded'),
  deletedUntil: isoTime.optional().describe('It was deleted; until then that can be undone'),
});
export type ProjectView = z.infer<typeof mediaProjectSchema>;

export const mediaOverviewSchema = z.strictObject({
  root: z
    .strictObject({
      state: z.enum(['ready', 'absent', 'offline']).describe('absent: nothing has been saved yet'),
      problem: z.string().optional(),
    })
    .describe('Of the library'),
  projects: z.array(mediaProjectSchema),
  generate: z.strictObject({
    available: z.boolean(),
    sandbox: z.boolean().describe('What is made is free, and no real video'),
    reason: z.string().optional().describe('Why nothing can be generated'),
    models: z
      .array(z.strictObject({ id: z.string(), priceText: z.string().optional() }))
      .describe("Suggestions: any id of fal's will do"),
  }),
  access: spendAccessSchema.describe('Who may not manage is shown nothing else'),
});
export type MediaOverview = z.infer<typeof mediaOverviewSchema>;

export const newMediaItemSchema = z.strictObject({
  id: z.string().min(1).max(200).optional().describe('Chosen by the caller: the same again changes nothing twice'),
  name: z.string().trim().min(1).max(200),
  type: z.enum(['video', 'audio', 'image']).optional(),
  originalUrl: z
    .url({ protocol: /^https?$/ })
    .max(8000)
    .optional(),
  expiresAt: isoTime.optional().describe('End of the link'),
  inBrowser: z.boolean().optional().describe('Only this browser has the bytes'),
  fileSize: z.int().nonnegative().optional(),
});
export type NewMediaItem = z.infer<typeof newMediaItemSchema>;

const namedReason = z.array(z.strictObject({ name: z.string(), reason: z.string() }));

export const saveAllSchema = z.strictObject({
  state: z.enum(['idle', 'saving', 'done', 'failed']),
  done: count.describe('Items that are settled'),
  total: count,
  bytesPerSecond: count.optional(),
  uploading: z
    .strictObject({ items: count, bytesSent: count, bytesTotal: count })
    .optional()
    .describe('On the way to object storage now'),
  report: z
    .strictObject({ saved: count, alreadyThere: count, inBrowser: count, lost: namedReason, failed: namedReason })
    .optional()
    .describe('Of the last saving'),
  error: z.string().optional().describe('Why the last saving ended early'),
});
export type SaveAllView = z.infer<typeof saveAllSchema>;

export const projectSizeSchema = z.strictObject({
  items: count,
  files: count,
  bytes: count,
  deletedUntil: isoTime.optional().describe('Until then the deletion can be undone'),
});
export type ProjectSizeView = z.infer<typeof projectSizeSchema>;

export const mediaGenerateSchema = z.strictObject({
  model: z.string().trim().min(1).max(200).describe("Any id of fal's"),
  input: z.record(z.string(), z.unknown()).describe("The model's own"),
  force: z.boolean().optional().describe('Buys again what was bought before'),
});
export type MediaGenerate = z.infer<typeof mediaGenerateSchema>;

export const mediaJobSchema = z.strictObject({
  jobId: z.string(),
  model: z.string(),
  stage: z.string().describe('prompt, submitting, queued, generating, downloading, …, ready, failed'),
  progress: z.number().min(0).max(1).optional().describe('Of what the stage does'),
  queuePosition: count.optional(),
  error: z.string().optional(),
  errorCode: z.enum(ERROR_CODES).optional(),
  createdAt: isoTime,
});
export type MediaJob = z.infer<typeof mediaJobSchema>;

export const mediaJobsSchema = z.strictObject({ jobs: z.array(mediaJobSchema).describe('The newest first') });
export type MediaJobs = z.infer<typeof mediaJobsSchema>;

export const mediaEstimateSchema = z.strictObject({
  amountUsd: count.nullable().describe('null: not known'),
  text: z.string(),
});
export type MediaEstimate = z.infer<typeof mediaEstimateSchema>;

/** By the names that they have in docs/openapi.json. */
export const mediaSchemas = {
  MediaOverview: mediaOverviewSchema,
  MediaProject: mediaProjectSchema,
  MediaItem: mediaItemSchema,
  MediaItems: mediaItemsSchema,
  NewMediaItem: newMediaItemSchema,
  SaveAll: saveAllSchema,
  ProjectSize: projectSizeSchema,
  MediaGenerate: mediaGenerateSchema,
  MediaJobs: mediaJobsSchema,
  MediaEstimate: mediaEstimateSchema,
};

export interface Viewing {
  /** Decides whether a link still lives. */
  nowMs: number;
  /** Whether this server makes pictures: a page must not wait for what will never be there. */
  makesPictures: boolean;
}

/** An item as pages see it. */
export function toView(projectId: string, item: MediaItem, { nowMs, makesPictures }: Viewing): MediaItemView {
  const { url: _url, isLocalFile: _isLocal, requestId: _request, sha256: _sha256, pictures: made, ...shown } = item;
  const { kind, address } = playbackSource(item, { blob: false, nowMs });
  const folder = `/media/pictures/${projectId}/${encodeURIComponent(item.id)}`;
  // With the drive of the library, they are away, too.
  const pictures = kind === 'local' && !made?.isDue ? picturesView(made, folder) : undefined;
  return {
    ...shown,
    badge: badgeOf(item, kind),
    ...(address !== undefined && { src: address }),
    ...(pictures && { pictures }),
    ...(made?.missing && { picturesMissing: made.missing }),
    ...(makesPictures && kind === 'local' && made?.isDue && { picturesDue: true }),
  };
}

function badgeOf({ localState, inBrowser }: MediaItem, kind: string): MediaItemView['badge'] {
  if (localState === 'here') return 'on-disk';
  if (localState === 'offline' || localState === 'in-cloud') return localState;
  if (inBrowser) return 'in-browser';
  return kind === 'remote' ? 'remote' : 'lost';
}
