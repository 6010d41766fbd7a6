/** One film, as the media library is told of it. */
export interface ShelfItem {
  /** The same for the same film each time it is told of. */
  id: string;
  name: string;
  type: 'video';
  /** Absolute. */
  path: string;
  /** Where fal has it, as long as it does. */
  originalUrl: string | undefined;
  fileSize: number;
  duration?: number | undefined;
  width?: number | undefined;
  height?: number | undefined;
  createdAt: number;
}

/** What generating needs of the media library. */
export interface MediaShelf<Item> {
  /** Absolute folder of a project's films. Rejects where nothing may be put there now, such as on a drive that is away. */
  folderOf(projectId: string): Promise<string>;
  /** Told again of the same film, the library is as before. */
  add(projectId: string, item: ShelfItem): Promise<Item>;
}
