import { readFile, rm } from 'node:fs/promises';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import type { RemoteFacts } from '#lib/capture/http/answer.ts';

/** What is known about a part file: whose bytes they are, and how to prove that more bytes fit them. */
export interface Sidecar extends RemoteFacts {
  /** The URL without its query: a signed query is a secret, and differs each time the URL is signed anew. */
  source: string;
  /** The run of the operating system that wrote the part. After a power cut a file can be longer than what was stored. */
  bootId?: string | undefined;
}

/** Returns undefined if there is none or it is malformed. */
export async function readSidecar(path: string): Promise<Sidecar | undefined> {
  try {
    return parseSidecar(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) === 'ENOENT') return undefined;
    throw diskError(error, path, 'downloading');
  }
}

/** By hand: loading zod takes as long as all the rest that a capture needs. */
function parseSidecar(value: unknown): Sidecar | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields: Record<string, unknown> = { ...value };
  const { version, source, totalBytes, bootId, ...rest } = fields;
  if (version !== 1 || typeof source !== 'string' || !isOptionalSize(totalBytes)) return undefined;
  const texts = { etag: rest.etag, lastModified: rest.lastModified, crc64: rest.crc64, coding: rest.coding };
  if (!areOptionalTexts(texts) || !isOptionalText(bootId)) return undefined;
  return { source, ...texts, totalBytes, bootId };
}

function isOptionalSize(value: unknown): value is number | undefined {
  return value === undefined || (Number.isSafeInteger(value) && Number(value) >= 0);
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function areOptionalTexts<Name extends string>(
  fields: Record<Name, unknown>,
): fields is Record<Name, string | undefined> {
  return Object.values(fields).every(isOptionalText);
}

/**
 * Replaces the sidecar. Through write-file-atomic, which can install a cut file on a full disk: a sidecar that cannot be
 * read only means that the part is downloaded from the start.
 */
export async function writeSidecar(path: string, sidecar: Sidecar): Promise<void> {
  try {
    // Loaded here, its modules do not delay the request.
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
