import type { SavedVideo } from '#lib/media/index.ts';
import type { NotSaved } from './types.ts';

export interface SavedInElectron extends SavedVideo {
  /** Absolute. */
  localPath: string;
  /** For `src` of a player. */
  address: string;
}

export type ElectronSaveResult = SavedInElectron | NotSaved;

/** A piece of a video; undefined or `done` at its end. */
export type NextPiece = () => Promise<{ done?: boolean | undefined; value?: Uint8Array | undefined } | undefined>;

export interface BridgeSaveOptions {
  projectId: string;
  /** Made safe for every file system; taken, it gets `-2`, `-3`. Left out: `AI-Video-{modelId}-{timestamp}.mp4`. */
  fileName?: string | undefined;
  modelId?: string | undefined;
  /**
   * Sent in pieces, however large it is. Electron lets no stream through from an isolated page: give
   * `() => reader.read()` of its reader instead.
   */
  fileData: ArrayBuffer | Uint8Array | Blob | ReadableStream<Uint8Array> | NextPiece;
}

/** `window.electronAPI.video` */
export interface VideoBridge {
  /** Resolves to the absolute path; rejects with what happened and what to do. */
  saveToDisk(options: BridgeSaveOptions): Promise<string>;
  /** The same with all that is known, and with the code of a failure. Never rejects. */
  save(options: BridgeSaveOptions): Promise<ElectronSaveResult>;
  /** Whether a path leads to a file of the media library. */
  exists(localPath: string): Promise<boolean>;
  /** Where a player finds the file of an absolute path; undefined where it is not there any more. */
  addressOf(localPath: string): Promise<string | undefined>;
}

/** `window.electronAPI` */
export interface ElectronAPI {
  video: VideoBridge;
  file: { exists(localPath: string): Promise<boolean> };
}
