import * as z from 'zod';
import { filmPicturesSchema, storedObjectSchema } from '#lib/jobs/record/job-record.ts';
import { picturePathsOf } from '#lib/media/pictures/picture-files.ts';
import type { RecordFormat, RecordPart } from '#lib/stores/records/record-store.ts';

const schema = z.looseObject({
  projectId: z.string().min(1),
  id: z.string().min(1),
  name: z.string(),
  type: z.enum(['video', 'audio', 'image']),
  localPath: z.string().optional(),
  originalUrl: z.string().optional(),
  expiresAt: z.string().optional(),
  fileSize: z.number().nonnegative(),
  duration: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  /** In ms since the epoch. */
  createdAt: z.number(),
  inBrowser: z.boolean().optional(),
  lostReason: z.string().optional(),
  modelId: z.string().optional(),
  requestId: z.string().optional(),
  sha256: z.string().optional(),
  crc32: z.number().int().nonnegative().optional(),
  /** In object storage: `localPath` then only names the file. */
  object: storedObjectSchema.optional(),
  /** What its file will be, or is, in object storage, as long as the local file may be there. */
  uploading: storedObjectSchema.optional(),
  /** Objects that it had before, and that are to be removed. */
  unwanted: z.array(storedObjectSchema).optional(),
  /** Beside its film, in the library also where the film is in object storage. */
  pictures: filmPicturesSchema.optional(),
  /** Made for a file that had no item, and nobody has changed it since. */
  isFound: z.boolean().optional(),
  /** Where it is being saved, so that the next try goes on with the same part file. */
  savingAs: z.string().optional(),
  /** Set when it, or its project, was deleted: until a day later it can be restored. */
  deletedAt: z.string().optional(),
  /** It was deleted by itself: the folder for its files, relative to the root. */
  trashedIn: z.string().optional(),
  /** Paths of its files that are still to be moved there. */
  trashing: z.array(z.string()).optional(),
  /** Where its files are being brought back to, by their former paths. */
  restoringTo: z.record(z.string(), z.string()).optional(),
});

/** A `MediaItem` as it is kept. */
export type MediaRecord = z.infer<typeof schema>;
/** A file in object storage. */
export type MediaObject = NonNullable<MediaRecord['object']>;

/** Between the project and the item, which can have neither: sorts a project's items next to each other. */
const SEPARATOR = '/';

/** Keys of a project's items begin with it. */
export function projectPrefix(projectId: string): string {
  return projectId + SEPARATOR;
}

export function mediaKey({ projectId, id }: Pick<MediaRecord, 'projectId' | 'id'>): string {
  return projectPrefix(projectId) + id;
}

const format: RecordFormat<MediaRecord> = {
  schema,
  keyOf: mediaKey,
  // A file belongs to one item. Those of a deleted one are in the trash, so that their names are free.
  claimsOf: ({ localPath, pictures, deletedAt }) =>
    localPath === undefined || deletedAt !== undefined
      ? []
      : [localPath, ...picturePathsOf({ localPath, pictures })].map(fileClaim),
  totalsOf: () => ({}),
  isUnfinished: ({ savingAs, deletedAt, uploading, unwanted, pictures }) =>
    pictures?.isDue === true || [savingAs, deletedAt, uploading, unwanted].some((one) => one !== undefined),
  dueMs: () => undefined,
  taskIdsOf: ({ requestId }) => (requestId === undefined ? [] : [requestId]),
};

export function fileClaim(localPath: string): string {
  return `file:${localPath.normalize('NFC').toLowerCase()}`;
}

/** What `npm run migrate-records` and the database know of this part. */
export const mediaRecords: RecordPart<MediaRecord> = {
  ...{ name: 'media-items', format },
  // A folder in the place of an unplugged drive would keep it from coming back.
  needsFolder: true,
};
