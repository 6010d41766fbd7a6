/** What a player would show about the file. */
export type MediaInfo = {
  durationSeconds?: number;
  /** Pixels, as displayed: after rotation. */
  width?: number;
  height?: number;
  hasAudio?: boolean;
};

export interface MediaReport {
  media: MediaInfo;
  /** Why the file is not whole; undefined when it is. */
  problem?: string;
  /** Oddities of a file that is complete nonetheless, one clause each; undefined if there are none. */
  notes?: string[];
  /** It is fragmented and ends after a fragment, but does not mark that fragment as the last one. */
  isOpenEnded?: boolean;
  /** It ends within a box that no player needs: of a file of unknown length, the rest of that may be missing. */
  endsInBox?: boolean;
  /** What it turned out to be, where the format leaves that open. */
  mimeType?: string;
}

/** The file is not whole; the message goes into a sentence, as in "it is not a complete MP4 video: …". */
export class NotWhole extends Error {}

/** Reads what the film can do without: damage in it is noted. */
export async function tolerate<T>(note: (text: string) => void, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof NotWhole)) throw error;
    note(error.message);
    return undefined;
  }
}
