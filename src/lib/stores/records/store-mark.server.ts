import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { writeFileDurably } from '#lib/base/disk/durable-publish.server.ts';
import { realTarget } from '#lib/base/disk/paths.server.ts';

const markSchema = z.looseObject({
  /** Of the store; what belongs to it (a folder of files) bears the same one. */
  id: z.string().min(1).optional(),
  /** The folder that bore it last, absolute: a second one beside it would have another half of the files. */
  folder: z.string().optional(),
  /** Whether the file held records when it was last written. */
  hasRecords: z.boolean(),
  /** Records were written into a file that had been emptied. */
  lost: z.looseObject({ keys: z.array(z.string()).optional() }).optional(),
});

/**
 * What is known of a records file from beside it, in `<file>.store.json`: the records can be emptied or replaced by
 * hand, and then say nothing of it themselves. `lost.keys` is absent where nobody knows which records they were.
 */
export type StoreMark = z.infer<typeof markSchema>;

export function markPathOf(recordsPath: string): string {
  return `${realTarget(recordsPath)}.store.json`;
}

/** Undefined where there is none, or none that can be read: then it is written anew. Never throws. */
export function readMark(recordsPath: string): StoreMark | undefined {
  try {
    return markSchema.safeParse(JSON.parse(readFileSync(markPathOf(recordsPath), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Only for whoever holds the lock of the records. @throws ReelError `disk*` */
export async function writeMark(recordsPath: string, mark: StoreMark): Promise<void> {
  await writeFileDurably(markPathOf(recordsPath), `${JSON.stringify(mark, null, 2)}\n`);
}

/** The keys of the records before and after a change of the file; `seen`: those last seen here in a filled file. */
export interface Keys {
  before: ReadonlySet<string>;
  after: ReadonlySet<string>;
  seen: ReadonlySet<string> | undefined;
}

/** The mark as it must be before the change is written, where that differs: an emptied file must not look like a lost one. */
export function markBefore(mark: StoreMark | undefined, { before, after, seen }: Keys): StoreMark | undefined {
  if (after.size === 0) return mark?.hasRecords ? { ...mark, hasRecords: false, lost: undefined } : undefined;
  if (before.size > 0 || mark?.hasRecords === false || mark?.lost || !(mark || seen)) return undefined;
  const keys = seen && [...seen].filter((key) => !after.has(key));
  return keys?.length === 0 ? undefined : { ...mark, hasRecords: true, lost: keys ? { keys } : {} };
}

/** The mark as it must be once the change is written, where that differs. */
export function markAfter(mark: StoreMark | undefined, { after }: Keys): StoreMark | undefined {
  return after.size === 0 || mark?.hasRecords ? undefined : { ...mark, hasRecords: true };
}
