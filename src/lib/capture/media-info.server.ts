import { createRequire } from 'node:module';
import { messageOf } from '#lib/base/errors.ts';
import { walkMp4 } from './mp4-boxes.server.ts';
import { findMissingEnd } from './mp4-end.server.ts';

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
  /** Nothing in the file says that this is its end; see `walkMp4`. */
  isOpenEnded?: boolean;
}

/** Checks that a file is a whole MP4 with a picture track, and reads what the record keeps. */
export async function readMedia(path: string): Promise<MediaReport> {
  const { problem, isOpenEnded = false } = await walkMp4(path);
  if (problem !== undefined) return { media: {}, problem };
  try {
    return { ...(await probe(path)), ...(isOpenEnded && { isOpenEnded }) };
  } catch (error) {
    return { media: {}, problem: `its contents cannot be read (${messageOf(error)})` };
  }
}

const MEDIABUNNY_MARK = Symbol.for('mediabunny loaded');

/**
 * Through `require` mediabunny is a single file, which loads five times as fast as the hundred that `import` finds; inside
 * a bundle there is only the latter. It marks the process, and warns on the console where it meets its mark. The app may
 * have a copy of its own: no object passes between the two, so ours comes and goes without a word.
 */
async function loadMediabunny(): Promise<typeof import('mediabunny')> {
  const mark: unknown = Reflect.get(globalThis, MEDIABUNNY_MARK);
  Reflect.deleteProperty(globalThis, MEDIABUNNY_MARK);
  try {
    return createRequire(import.meta.url)('mediabunny');
  } catch {
    return await import('mediabunny');
  } finally {
    if (mark === undefined) Reflect.deleteProperty(globalThis, MEDIABUNNY_MARK);
    else Reflect.set(globalThis, MEDIABUNNY_MARK, mark);
  }
}

let loading: ReturnType<typeof loadMediabunny> | undefined;

/** Loads what reads media facts, which takes some time: for a moment in which bytes come in by themselves. */
export function prepareMediaReader(): void {
  loading ??= loadMediabunny();
  // Whoever reads a file is told.
  loading.catch(() => {});
}

async function probe(path: string): Promise<MediaReport> {
  // Not at the start of the process: it is large, and not every process captures.
  loading ??= loadMediabunny();
  const { EncodedPacketSink, FilePathSource, Input, MP4, QTFF } = await loading;
  using input = new Input({ source: new FilePathSource(path), formats: [MP4, QTFF] });
  const video = await input.getPrimaryVideoTrack();
  if (!video) return { media: {}, problem: 'it has no picture track' };
  const audio = await input.getPrimaryAudioTrack();
  const sinks = [video, ...(audio ? [audio] : [])].map((track) => new EncodedPacketSink(track));
  const problem = await findMissingEnd(sinks);
  if (problem !== undefined) return { media: {}, problem };
  const durationSeconds = Math.round((await video.computeDuration()) * 1000) / 1000;
  const width = await video.getDisplayWidth();
  const height = await video.getDisplayHeight();
  return {
    media: {
      ...(isAmount(durationSeconds) && { durationSeconds }),
      ...(isAmount(width) && { width }),
      ...(isAmount(height) && { height }),
      hasAudio: audio !== null,
    },
  };
}

/** A file that counts its time in zeroths of a second plays for NaN seconds, which neither a record nor JSON can hold. */
function isAmount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
