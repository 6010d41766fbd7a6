import { ReelError } from '#lib/base/errors.ts';
import { Setback } from '#lib/capture/download/setback.ts';
import type { MediaInfo } from '#lib/capture/formats/media-report.ts';
import type { PartFile } from '#lib/capture/part/file.server.ts';
import type { CaptureSettings, Proof } from '#lib/capture/types.ts';

export interface Verified {
  sizeBytes: number;
  sha256: string;
  verified: Proof[];
  media: MediaInfo;
  mimeType: string;
  /** Oddities of a file that is complete nonetheless, one clause each; undefined if there are none. */
  notes?: string[];
}

const ENDED_TWICE = 'it does not show where it ends, but two downloads had the same length';

/**
 * Checks a settled part against everything that is known about the file, and against its format.
 * @param hasEndedHere an earlier transfer without a length ended at the same byte, which a cut hardly does
 * @throws ReelError `integrity` (other bytes than announced) or `not-a-video`; Setback when a body without any announced
 * length or checksum ends inside the file, which is how a cut connection looks then
 */
export async function verifyPart(
  part: PartFile,
  partPath: string,
  { expected, format }: Pick<CaptureSettings, 'expected' | 'format'>,
  hasEndedHere: boolean,
): Promise<Verified> {
  const sizeBytes = part.position;
  const lengths = [part.facts.totalBytes, expected.sizeBytes];
  const crcs = [part.facts.crc64, expected.crc64];
  const digests = await part.digest(crcs.some((crc) => crc !== undefined));
  const verified: Proof[] = [
    ...compare('length', 'size in bytes', sizeBytes, lengths),
    ...compare('crc64', 'CRC-64', digests.crc64, crcs),
    ...compare('sha256', 'SHA-256', digests.sha256, [expected.sha256]),
  ];
  const { media, problem, notes = [], mimeType = format.mimeType, ...ending } = await format.inspect(partPath);
  const isUnproven = verified.length === 0;
  const mayGoOn = isUnproven && (ending.endsInBox === true || (ending.isOpenEnded === true && part.endedByClose));
  const doubt = problem ?? (mayGoOn && !hasEndedHere ? 'more of it may follow' : undefined);
  if (doubt !== undefined && isUnproven) {
    throw new Setback('later', `the transfer ended without showing that the file is complete, and ${doubt}`, {
      code: 'integrity',
    });
  }
  if (problem !== undefined) {
    const message = `The downloaded file is not a complete ${format.title}: ${problem}.`;
    throw new ReelError('not-a-video', message, { stage: 'verifying' });
  }
  const remarks = mayGoOn ? [...notes, ENDED_TWICE] : notes;
  return {
    ...{ sizeBytes, sha256: digests.sha256, verified: [...verified, format.name], media, mimeType },
    ...(remarks.length > 0 && { notes: remarks }),
  };
}

/** One proof when at least one value is known and all agree. */
function compare<T extends string | number>(
  proof: Proof,
  unit: string,
  found: T | undefined,
  wanted: Array<T | undefined>,
): Proof[] {
  const known = wanted.filter((value) => value !== undefined);
  const other = known.find((value) => value !== found);
  if (other !== undefined) {
    throw new ReelError('integrity', `The downloaded file has the wrong ${unit}: ${found} instead of ${other}.`, {
      stage: 'verifying',
    });
  }
  return known.length > 0 ? [proof] : [];
}
