import { askServer, jsonRequest } from '#lib/components/live/ask-server.ts';
import type {
  MediaEstimate,
  MediaGenerate,
  MediaItems,
  MediaItemView,
  MediaJobs,
  MediaOverview,
  NewMediaItem,
  ProjectSizeView,
  SaveAllView,
} from '#lib/web/media/media-view.ts';

// Every function throws ServerRefusal, or TypeError if the server does not respond.

export function fetchOverview(fetcher: typeof fetch = fetch): Promise<MediaOverview> {
  return askServer('/api/media', {}, fetcher);
}

export function fetchItems(
  projectId: string,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
  fetcher: typeof fetch = fetch,
): Promise<MediaItems> {
  const search = new URLSearchParams({ limit: String(limit), ...(cursor !== undefined && { cursor }) });
  return askServer(`${addressOf(projectId)}/items?${search}`, {}, fetcher);
}

/** Puts an item on the list; the same id again changes nothing. */
export function addItem(
  projectId: string,
  item: NewMediaItem & { id: string },
  fetcher: typeof fetch = fetch,
): Promise<MediaItemView> {
  return askServer(`${addressOf(projectId)}/items`, jsonRequest('POST', item), fetcher);
}

/** Sends bytes to the server's disk. @param id of the item that they belong to; without, they become a new one */
export function putFile(
  projectId: string,
  { id, name }: { id?: string; name: string },
  file: Blob,
  fetcher: typeof fetch = fetch,
): Promise<MediaItemView> {
  const query = id === undefined ? '' : `?${new URLSearchParams({ item: id })}`;
  const address = `${addressOf(projectId)}/files/${encodeURIComponent(name)}${query}`;
  const headers = { 'content-type': file.type || 'application/octet-stream' };
  return askServer(address, { method: 'PUT', headers, body: file }, fetcher);
}

/** Saves an item that only its provider has. */
export function saveItem(projectId: string, id: string, fetcher: typeof fetch = fetch): Promise<MediaItemView> {
  return askServer(`${itemAddressOf(projectId, id)}/save`, { method: 'POST' }, fetcher);
}

export function startSaveAll(projectId: string, fetcher: typeof fetch = fetch): Promise<SaveAllView> {
  return askServer(`${addressOf(projectId)}/save-all`, { method: 'POST' }, fetcher);
}

export function fetchSaveAll(projectId: string, fetcher: typeof fetch = fetch): Promise<SaveAllView> {
  return askServer(`${addressOf(projectId)}/save-all`, {}, fetcher);
}

/** What a deletion would remove; nothing changes. */
export function fetchDeletion(projectId: string, fetcher: typeof fetch = fetch): Promise<ProjectSizeView> {
  return askServer(`${addressOf(projectId)}?dryRun=1`, { method: 'DELETE' }, fetcher);
}

export function deleteProject(projectId: string, fetcher: typeof fetch = fetch): Promise<ProjectSizeView> {
  return askServer(addressOf(projectId), { method: 'DELETE' }, fetcher);
}

export function undoDeletion(projectId: string, fetcher: typeof fetch = fetch): Promise<ProjectSizeView> {
  return askServer(`${addressOf(projectId)}/undo-delete`, { method: 'POST' }, fetcher);
}

/** What the deletion of an item would remove; nothing changes. */
export function fetchItemDeletion(
  projectId: string,
  id: string,
  fetcher: typeof fetch = fetch,
): Promise<ProjectSizeView> {
  return askServer(`${itemAddressOf(projectId, id)}?dryRun=1`, { method: 'DELETE' }, fetcher);
}

export function deleteItem(projectId: string, id: string, fetcher: typeof fetch = fetch): Promise<ProjectSizeView> {
  return askServer(itemAddressOf(projectId, id), { method: 'DELETE' }, fetcher);
}

export function undoItemDeletion(projectId: string, id: string, fetcher: typeof fetch = fetch): Promise<MediaItemView> {
  return askServer(`${itemAddressOf(projectId, id)}/undo-delete`, { method: 'POST' }, fetcher);
}

export function generate(
  projectId: string,
  order: MediaGenerate,
  fetcher: typeof fetch = fetch,
): Promise<{ jobId: string }> {
  return askServer(`${addressOf(projectId)}/generate`, jsonRequest('POST', order), fetcher);
}

export function fetchJobs(projectId: string, fetcher: typeof fetch = fetch): Promise<MediaJobs> {
  return askServer(`${addressOf(projectId)}/jobs`, {}, fetcher);
}

export function fetchEstimate(
  { model, input }: Pick<MediaGenerate, 'model' | 'input'>,
  fetcher: typeof fetch = fetch,
): Promise<MediaEstimate> {
  const search = new URLSearchParams({ model, input: JSON.stringify(input) });
  return askServer(`/api/media/estimate?${search}`, {}, fetcher);
}

/** Where all files of a project are downloaded as one archive. */
export function archiveAddress(projectId: string): string {
  return `/media/export/${encodeURIComponent(projectId)}`;
}

function addressOf(projectId: string): string {
  return `/api/media/${encodeURIComponent(projectId)}`;
}

function itemAddressOf(projectId: string, id: string): string {
  return `${addressOf(projectId)}/items/${encodeURIComponent(id)}`;
}
