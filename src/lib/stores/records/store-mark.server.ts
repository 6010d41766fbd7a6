import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { realTarget } from '#lib/base/disk/paths.server.ts';
import { transferSchema } from './move/transfer.ts';

const markSchema = z.looseObject({
  /** The store's id; a folder of files that belongs to it has the same one. */
  id: z.string().min(1).optional(),
  /** The last folder with this id, absolute: a second folder would have only part of the files. */
  folder: z.string().optional(),
  /** Whether the file held records when it was last written. */
  hasRecords: z.boolean(),
  /** Records were written into a file that had been emptied. */
  lost: z.looseObject({ keys: z.array(z.string()).optional() }).optional(),
  transfer: transferSchema.optional(),
  /** The move that brought the records here. */
  arrivedBy: z.string().optional(),
});

/**
 * The marker of a records file, in `<file>.store.json`: it shows that the records were emptied or replaced by hand, which
 * the records themselves cannot. `lost.keys` is absent if it is unknown which records they were.
 */
export type StoreMark = z.infer<typeof markSchema>;

/**
 * What a marker becomes. Must not update the store; may do something outside the store that has to happen in the same step.
 * @param isEmpty there are no records
 */
export type MarkChange = (mark: StoreMark | undefined, isEmpty: boolean) => Promise<StoreMark>;

/** A store with a marker. */
export interface MarkedStore {
  /** Undefined before the first write. */
  readMark(): Promise<StoreMark | undefined>;
  /** Changes the marker while no update can be made. @throws ReelError as `update`, or what `change` rejects with */
  updateMark(change: MarkChange): Promise<void>;
}

export function markPathOf(recordsPath: string): string {
  return `${realTarget(recordsPath)}.store.json`;
}

/** Undefined if there is no readable marker: then it is written again. Never throws. */
export function readMark(recordsPath: string): StoreMark | undefined {
  try {
    return parseMark(readFileSync(markPathOf(recordsPath), 'utf8'));
  } catch {
    return undefined;
  }
}

export function parseMark(text: string): StoreMark | undefined {
  return markSchema.safeParse(JSON.parse(text)).data;
}

/** The text to write to `markPathOf`, only while holding the lock of the records. */
export function markText(mark: StoreMark): string {
  return `${JSON.stringify(mark, null, 2)}\n`;
}

/** The keys of the records before and after a change of the file; `seen`: those last seen here in a filled file. */
export interface Keys {
  before: ReadonlySet<string>;
  after: ReadonlySet<string>;
  seen: ReadonlySet<string> | undefined;
}

/** The marker to write before the change, if it differs: an emptied file must not look like a lost one. */
export function markBefore(mark: StoreMark | undefined, { before, after, seen }: Keys): StoreMark | undefined {
  if (after.size === 0) return mark?.hasRecords ? { ...mark, hasRecords: false, lost: undefined } : undefined;
  if (before.size > 0 || mark?.hasRecords === false || mark?.lost || !(mark || seen)) return undefined;
  const keys = seen && [...seen].filter((key) => !after.has(key));
  return keys?.length === 0 ? undefined : { ...mark, hasRecords: true, lost: keys ? { keys } : {} };
}

/** The marker to write after the change, if it differs. */
export function markAfter(mark: StoreMark | undefined, { after }: Keys): StoreMark | undefined {
  return after.size === 0 || mark?.hasRecords ? undefined : { ...mark, hasRecords: true };
}

/** The marker of a part in a database, whose number of records is known. */
export function markOfPart(part: { mark: string | undefined; records: number } | undefined): StoreMark | undefined {
  const mark = part?.mark === undefined ? undefined : parseMark(part.mark);
  return part && mark && { ...mark, hasRecords: part.records > 0 };
}
