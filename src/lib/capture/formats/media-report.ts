/** What a player would say about the file. */
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
  /** What is odd about a file that is whole all the same, one clause each; undefined when nothing is. */
  notes?: string[];
  /** It comes in pieces and ends behind one of them, and nothing in it says that no other follows. */
  isOpenEnded?: boolean;
  /** What it turned out to be, where the format leaves that open. */
  mimeType?: string;
}

/** The file is not whole; the message goes into a sentence, as in "it is not a whole MP4 video: …". */
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
