import { dirname, join } from 'node:path';
import type { Settings } from '#lib/config.ts';
import { recordStores } from '#lib/stores/records/open-record-store.server.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { type GeneratedVideo, generatedVideoFormat } from './record.ts';

/** What `npm run migrate-records` and the database know of this part. */
export const generatedVideoRecords = { name: 'openai-videos', format: generatedVideoFormat } as const;
const openRecords = recordStores(generatedVideoRecords);

export function storeOf({ metadataPath, database }: Settings): RecordStore<GeneratedVideo> {
  return openRecords({ jsonPath: join(dirname(metadataPath), 'openai-videos.json'), database });
}
