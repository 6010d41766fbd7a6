/** A file that is kept in this browser, until the server has it. */
export interface KeptFile {
  /** Of the item on the server's list, too. */
  id: string;
  projectId: string;
  name: string;
  /** Such as `video/mp4`; empty where the browser knows none. */
  mimeType: string;
  sizeBytes: number;
  /** In ms since the epoch. */
  addedAt: number;
}

/** Where a browser keeps files. */
export interface FileShelf {
  /** Both, or neither. */
  put(entry: KeptFile, body: Blob | ArrayBuffer): Promise<void>;
  entries(): Promise<KeptFile[]>;
  body(id: string): Promise<Blob | ArrayBuffer | undefined>;
  remove(id: string): Promise<void>;
}

/**
 * Keeps a file, not its address, which would end with the page: as it is, or as bytes where the browser refuses that, as some
 * versions of WebKit do.
 * @throws where it takes neither, or does not give back what it took
 */
export async function keepFile(shelf: FileShelf, entry: KeptFile, file: Blob): Promise<void> {
  try {
    await shelf.put(entry, file);
  } catch {
    await shelf.put(entry, await file.arrayBuffer());
  }
  const kept = await keptFile(shelf, entry);
  if (kept?.size === file.size && (await isReadable(kept))) return;
  await shelf.remove(entry.id);
  throw new Error('The browser did not keep the file.');
}

/** The file again; undefined where the browser has deleted it. */
export async function keptFile(shelf: FileShelf, { id, mimeType }: KeptFile): Promise<Blob | undefined> {
  const body = await shelf.body(id);
  return body instanceof ArrayBuffer ? new Blob([body], { type: mimeType }) : body;
}

async function isReadable(file: Blob): Promise<boolean> {
  return (await file.slice(0, 1).arrayBuffer()).byteLength === 1;
}
