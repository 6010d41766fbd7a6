import { dirname, join } from 'node:path';
import type { Settings } from '#lib/config.ts';
import { falRecords } from '#lib/fal/index.ts';
import { mediaRecords, ReelError, rootState } from '#lib/media/index.ts';
import { notionRecordPart } from '#lib/notion/index.ts';
import { downloadRecords, generatedVideoRecords, watchRecords } from '#lib/openai-videos/index.ts';
import { scrapedRecords, sitePauseRecords } from '#lib/scrape/index.ts';
import { uploadRecords } from '#lib/stores/assets/s3/upload/upload-journal.server.ts';
import type { PartHome } from '#lib/stores/records/move/part-home.ts';
import { recordHome } from '#lib/stores/records/move/record-home.server.ts';
import type { RecordPart } from '#lib/stores/records/record-store.ts';
import { videoRecords } from '#lib/wanx/index.ts';

/** A part that keeps records, whatever they are. */
export interface MovablePart {
  readonly name: string;
  readonly jsonPath: string;
  /** @param database undefined: the JSON file */
  homeIn(database: string | undefined): PartHome;
  /** @throws ReelError `disk` while its folder is on a drive that is not connected: it would look empty */
  assertReachable(): void;
}

/** Every part of Reelkeep that keeps records. */
export function recordParts({ metadataPath, mediaDir }: Pick<Settings, 'metadataPath' | 'mediaDir'>): MovablePart[] {
  const beside = (name: string) => join(dirname(metadataPath), `${name}.json`);
  const movable = <R>(part: RecordPart<R>, jsonPath = beside(part.name), assertReachable = () => {}): MovablePart => ({
    name: part.name,
    jsonPath,
    homeIn: (database) => recordHome(part, { jsonPath, database }),
    assertReachable,
  });
  const assertMedia = () => {
    const state = rootState({ root: mediaDir, notePath: beside('media-library') });
    if (state.kind === 'offline') throw new ReelError('disk', state.reason, { stage: 'recording', retryable: true });
  };
  return [
    movable(videoRecords, metadataPath),
    movable(generatedVideoRecords),
    movable(downloadRecords),
    movable(watchRecords),
    movable(falRecords),
    movable(notionRecordPart),
    movable(scrapedRecords),
    movable(sitePauseRecords),
    movable(uploadRecords),
    movable(mediaRecords, join(mediaDir, 'media-items.json'), assertMedia),
  ];
}
