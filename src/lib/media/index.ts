// The public surface: what providers, routes and scripts import. SvelteKit refuses to bundle it for the browser.
import '#lib/base/supported-node.server.ts';

import { type SaveAllOptions, type SaveAllReport, saveAll } from './migrate/save-all.server.ts';
import { capturingWith, type SaveTools } from './save/fetching.server.ts';
import { settlingWith } from './save/left-parts.server.ts';

export { ERROR_CODES, type ErrorCode, isReelError, ReelError } from '#lib/base/errors.ts';
export { type ArchiveAnswerOptions, archiveAnswer } from './export/archive-answer.server.ts';
export { type ExportOptions, exportProject } from './export/export-project.server.ts';
export { whyMissing } from './export/manifest.ts';
export { storedSource } from './export/stored-source.server.ts';
export type { ZipSource } from './export/zip-stream.server.ts';
export { adoptFiles } from './found/adopt-files.server.ts';
export {
  addMediaItem,
  getMediaItem,
  type ItemOptions,
  listMediaItems,
  listProjects,
} from './items/items.server.ts';
export { type MediaPage, type ProjectSummary, pageOfItems, summarizeProjects } from './items/listing.server.ts';
export { findMediaFile, type MediaFile } from './items/media-file.server.ts';
export { mediaRecords } from './items/record.ts';
export type { SaveAllOptions, SaveAllProgress, SaveAllReport } from './migrate/save-all.server.ts';
export { generatedFileName } from './names/file-name.ts';
export { assertProjectId, mediaAddress, projectFolderOf } from './names/project-id.ts';
export {
  type FinishedPictures,
  type FinishPicturesOptions,
  finishMediaPictures,
  listMediaFilmsWithoutPictures,
  type MediaFilm,
  type MediaPictureOptions,
  makeMediaPictures,
} from './pictures/finish-pictures.server.ts';
export type { DrawPictures } from './pictures/media-pictures.server.ts';
export { hasLocalFile, type OpenedLocalFile, openLocalFile } from './play/local-file.server.ts';
export {
  type Available,
  type ExportSource,
  exportSource,
  type PlaybackSource,
  playbackSource,
} from './play/sources.ts';
export { deleteMediaItem, listDeletedItems, restoreMediaItem } from './remove/delete-item.server.ts';
export { deleteProject, restoreProject } from './remove/delete-project.server.ts';
export type { DeletedItem } from './remove/deleted-items.ts';
export type { DeletedSize, DeleteOptions } from './remove/project-work.server.ts';
export { type Adoption, adoptRoot } from './root/adopt-root.server.ts';
export { mediaLibrary, usableLibrary } from './root/library.server.ts';
export type { MediaLibrary } from './root/media-library.ts';
export { type RootState, rootState } from './root/media-root.server.ts';
export { saveVideoToDisk } from './save/save-video.server.ts';
export { finishMediaUploads, listMediaUploads } from './store/finish-objects.server.ts';
export type * from './types.ts';

/**
 * Saves every item of a project that is not on disk yet: downloads it whole and checked, and only then switches the item to
 * its file. Nothing is deleted anywhere. Run again, it goes on where it was killed, aborted or refused.
 * @throws ReelError `disk` while the library is offline, then nothing was changed; `busy` while another call does the same;
 * `aborted`; `invalid-input`, `store-corrupt`, `disk*`
 */
export function saveAllToDisk(
  projectId: string,
  options: SaveAllOptions = {},
  tools: SaveTools = {},
): Promise<SaveAllReport> {
  return saveAll(projectId, options, { ...tools, capturing: capturingWith(tools), settleParts: settlingWith(tools) });
}
