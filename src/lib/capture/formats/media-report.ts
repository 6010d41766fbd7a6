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
  /** Why the file is not a whole MP4 video; undefined when it is one. */
  problem?: string;
  /** What is odd about a file that is whole all the same, one clause each; undefined when nothing is. */
  notes?: string[];
  /** It is in fragments and ends behind any of them: one more might have followed. A final `mfra` box says that none does. */
  isOpenEnded?: boolean;
}

/** The file is not whole; the message goes into a sentence, as in "it is no whole MP4 video: …". */
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
