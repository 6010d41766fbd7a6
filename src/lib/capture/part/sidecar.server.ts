import { readFile, rm } from 'node:fs/promises';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import type { RemoteFacts } from '#lib/capture/http/answer.ts';

/** What is known about a part file: whose bytes they are, and how to prove that more bytes fit them. */
export interface Sidecar extends RemoteFacts {
  source: string;
  bootId?: string | undefined;
}

/** undefined when there is none or it cannot be understood. */
export async function readSidecar(path: string): Promise<Sidecar | undefined> {
  try {
    return await parseSidecar(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) === 'ENOENT') return undefined;
    throw diskError(error, path, 'downloading');
  }
}

async function parseSidecar(value: unknown): Promise<Sidecar | undefined> {
  // Loaded when the first sidecar is there to read: it takes as long as all the rest that a capture needs.
  const { z } = await import('zod');
  const schema = z.object({
    version: z.literal(1),
    /** The URL without its query: a signed query is a secret, and differs each time the URL is signed anew. */
    source: z.string(),
    etag: z.string().optional(),
    lastModified: z.string().optional(),
    totalBytes: z.number().int().nonnegative().optional(),
    crc64: z.string().optional(),
    coding: z.string().optional(),
    /** The run of the operating system that wrote the part. After a power cut a file can be longer than what was stored. */
    bootId: z.string().optional(),
  });
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/**
 * Replaces the sidecar. Through write-file-atomic, which can install a cut file on a full disk: a sidecar that cannot be
 * read only means that the part is downloaded from the start.
 */
export async function writeSidecar(path: string, sidecar: Sidecar): Promise<void> {
  try {
    // Loaded while the first bytes come in.
    const { default: writeFileAtomic } = await import('write-file-atomic');
    await writeFileAtomic(path, `${JSON.stringify({ version: 1, ...sidecar }, undefined, 2)}\n`);
  } catch (error) {
    throw diskError(error, path, 'downloading');
  }
}

export async function removeSidecar(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => {
    throw diskError(error, path, 'downloading');
  });
}

/** Names the current run of the operating system; undefined where there is no such name. */
export async function currentBootId(): Promise<string | undefined> {
  const text = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined);
  return text?.trim() || undefined;
}
