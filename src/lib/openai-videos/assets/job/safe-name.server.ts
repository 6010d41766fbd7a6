import { createHash } from 'node:crypto';
import type { SafeName } from './names.ts';

/** Leaves room for the version, the longest ending and what a part file adds, in the 255 bytes of a file name. */
const LONGEST_PLAIN = 120;
const SHORTENED_TO = 48;
const HASH_DIGITS = 16;
/** Names of devices on Windows, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * The id itself where every file system, shell and URL takes it as it is; else its beginning with a hash of the whole.
 * No plain name contains the `~` before the hash, so the two kinds never meet.
 */
export const safeName: SafeName = Object.assign((id: string) => (isPlain(id) ? id : hashed(id)), { hashed });

function isPlain(id: string): boolean {
  return (
    id.length <= LONGEST_PLAIN && /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(id) && !id.endsWith('.') && !DEVICE.test(id)
  );
}

function hashed(id: string): string {
  const start = id.slice(0, SHORTENED_TO).replace(/[^A-Za-z0-9_-]+/g, '-');
  const hash = createHash('sha256').update(id).digest('hex').slice(0, HASH_DIGITS);
  return `${start.replace(/^-/, '_')}~${hash}`;
}
