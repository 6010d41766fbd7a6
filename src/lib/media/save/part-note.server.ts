import { open, readFile, rm, writeFile } from 'node:fs/promises';
import * as z from 'zod';

/** What lies beside the part file of a save until the film is in place, so that another process can complete it. */
export interface PartNote {
  /** Equal for equal saves. */
  asked?: string | undefined;
  /** Set once the part is whole, verified and on disk. */
  file?: WholeFile | undefined;
}

/** What proves that the bytes are still the same. */
export type WholeFile = z.infer<typeof wholeFile>;

const wholeFile = z.object({
  sizeBytes: z.number().int().positive(),
  sha256: z.string(),
  crc32: z.number().int().nonnegative().optional(),
});
const line = z.union([z.object({ file: wholeFile }), z.object({ asked: z.string() })]);

/** Behind the name of the part file. */
const ENDING = '.save';

export function notePathOf(partPath: string): string {
  return partPath + ENDING;
}

/** Name of the part file; undefined for a name that is no note's. */
export function partOfNote(name: string): string | undefined {
  return name.endsWith(ENDING) ? name.slice(0, -ENDING.length) : undefined;
}

/** Before the part file is made: one without a note belongs to other work. Never rejects, so that what follows says why. */
export async function beginNote(partPath: string, asked = ''): Promise<void> {
  await writeFile(notePathOf(partPath), lineOf({ asked })).catch(() => {});
}

/** A line of its own: one that was cut counts for nothing. Never rejects: without it, the part is fetched again. */
export async function noteWhole(partPath: string, { sizeBytes, sha256, crc32 }: WholeFile): Promise<void> {
  try {
    const handle = await open(notePathOf(partPath), 'a');
    try {
      await handle.writeFile(lineOf({ file: { sizeBytes, sha256, crc32 } }));
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {}
}

export async function readNote(partPath: string): Promise<PartNote> {
  const text = await readFile(notePathOf(partPath), 'utf8').catch(() => '');
  return Object.assign({}, ...text.split('\n').map(parse));
}

export function removeNote(partPath: string): Promise<void> {
  return rm(notePathOf(partPath), { force: true });
}

function lineOf(fields: PartNote): string {
  return `${JSON.stringify(fields)}\n`;
}

function parse(text: string): PartNote {
  try {
    return line.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}
