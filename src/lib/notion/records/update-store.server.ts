import { dirname, join } from 'node:path';
import { readSettings } from '#lib/config.ts';
import { type RecordPart, recordStores } from '#lib/stores/records/open-record-store.server.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { type NotionRecord, notionFormat } from './record.ts';

/** For commands that treat the records of every part. */
export const notionRecordPart: RecordPart<NotionRecord> = { name: 'notion-updates', format: notionFormat };

const openUpdates = recordStores(notionRecordPart);

/** The updates that wait, beside the records of the videos. @throws ReelError `config` for wrong settings */
export function notionStore(settings = readSettings()): RecordStore<NotionRecord> {
  const jsonPath = join(dirname(settings.metadataPath), 'notion-updates.json');
  return openUpdates({ jsonPath, database: settings.database });
}
