// The records of a ZIP archive, as PKWARE's APPNOTE 6.3.10 defines them (sections in brackets).

/** Of one entry. */
export interface ZipFacts {
  /** In UTF-8. */
  name: Uint8Array;
  sizeBytes: number;
  /** In ms since the epoch; written in UTC. */
  modifiedMs: number;
  /** Of its local header, from the beginning of the archive. */
  offset: number;
}

/** The central directory. */
export interface ZipDirectory {
  start: number;
  sizeBytes: number;
  entries: number;
}

/** A number in little-endian order, or bytes as they are. */
type Field = readonly [bytes: 2 | 4 | 8, value: number] | Uint8Array;

/** A field of all ones says that its value is in the ZIP64 record: so the value itself counts as an overflow. */
const OVERFLOW_16 = 0xffff;
const OVERFLOW_32 = 0xffffffff;
/** Bit 11: the name is in UTF-8 (4.4.4). Bit 3, sizes after the data, is off. */
const FLAGS = 0x0800;
const STORED = 0;
const PLAIN_VERSION = 20;
const ZIP64_VERSION = 45;
const UNIX = 3 << 8;
/** A plain file that its owner may write. */
const FILE_MODE = 0o100644;
const ZIP64_EXTRA = 0x0001;
const FIRST_YEAR = 1980;
const LAST_YEAR = 2107;

/** Local file header (4.3.7). */
export function localHeader(facts: ZipFacts, crc32: number): Uint8Array {
  const extra = zip64Extra(sizesIn(facts));
  return packed([4, 0x04034b50], [2, versionOf(facts)], ...commonFields(facts, crc32, extra), facts.name, extra);
}

/** Entry of the central directory (4.3.12). */
export function centralHeader(facts: ZipFacts, crc32: number): Uint8Array {
  const { name, offset } = facts;
  const extra = zip64Extra([...sizesIn(facts), ...(offset >= OVERFLOW_32 ? [offset] : [])]);
  const [commentBytes, disk, internalAttributes] = [0, 0, 0];
  return packed(
    ...([
      [4, 0x02014b50],
      [2, UNIX | versionOf(facts)],
      [2, versionOf(facts)],
    ] as const),
    ...commonFields(facts, crc32, extra),
    ...([
      [2, commentBytes],
      [2, disk],
      [2, internalAttributes],
    ] as const),
    ...([
      [4, FILE_MODE * 0x10000],
      [4, Math.min(offset, OVERFLOW_32)],
    ] as const),
    ...[name, extra],
  );
}

/** The end of the central directory (4.3.16), after the ZIP64 one and its locator (4.3.14, 4.3.15) if a field overflows. */
export function endOfArchive(directory: ZipDirectory): Uint8Array {
  const { start, sizeBytes, entries } = directory;
  const isLarge = entries >= OVERFLOW_16 || start >= OVERFLOW_32 || sizeBytes >= OVERFLOW_32;
  const count = Math.min(entries, OVERFLOW_16);
  const [disk, directoryDisk, commentBytes] = [0, 0, 0];
  return packed(
    isLarge ? zip64End(directory) : new Uint8Array(),
    ...([
      [4, 0x06054b50],
      [2, disk],
      [2, directoryDisk],
      [2, count],
      [2, count],
    ] as const),
    ...([
      [4, Math.min(sizeBytes, OVERFLOW_32)],
      [4, Math.min(start, OVERFLOW_32)],
      [2, commentBytes],
    ] as const),
  );
}

function zip64End({ start, sizeBytes, entries }: ZipDirectory): Uint8Array {
  const [bytesThatFollow, disk, directoryDisk, disks] = [44, 0, 0, 1];
  return packed(
    ...([
      [4, 0x06064b50],
      [8, bytesThatFollow],
      [2, UNIX | ZIP64_VERSION],
      [2, ZIP64_VERSION],
    ] as const),
    ...([
      [4, disk],
      [4, directoryDisk],
      [8, entries],
      [8, entries],
      [8, sizeBytes],
      [8, start],
    ] as const),
    ...([
      [4, 0x07064b50],
      [4, directoryDisk],
      [8, start + sizeBytes],
      [4, disks],
    ] as const),
  );
}

/** What local header and directory say alike. */
function commonFields(facts: ZipFacts, crc32: number, extra: Uint8Array): Field[] {
  const { time, date } = dosTime(facts.modifiedMs);
  const size = Math.min(facts.sizeBytes, OVERFLOW_32);
  return [
    ...([
      [2, FLAGS],
      [2, STORED],
      [2, time],
      [2, date],
      [4, crc32],
      [4, size],
      [4, size],
    ] as const),
    ...([
      [2, facts.name.length],
      [2, extra.length],
    ] as const),
  ];
}

/** Both sizes overflow together: a stored file is as large as its source. */
function sizesIn({ sizeBytes }: ZipFacts): number[] {
  return sizeBytes >= OVERFLOW_32 ? [sizeBytes, sizeBytes] : [];
}

/** The values that overflow, in the order of their fields (4.5.3). */
function zip64Extra(values: readonly number[]): Uint8Array {
  if (values.length === 0) return new Uint8Array();
  return packed([2, ZIP64_EXTRA], [2, 8 * values.length], ...values.map((value) => [8, value] as const));
}

/** The same in both headers, as strict readers compare them. */
function versionOf({ sizeBytes, offset }: ZipFacts): number {
  return sizeBytes >= OVERFLOW_32 || offset >= OVERFLOW_32 ? ZIP64_VERSION : PLAIN_VERSION;
}

/** In steps of two seconds, from 1980 to 2107 (4.4.6). */
function dosTime(ms: number): { time: number; date: number } {
  const [earliest, latest] = [Date.UTC(FIRST_YEAR, 0, 1), Date.UTC(LAST_YEAR, 11, 31, 23, 59, 58)];
  const at = new Date(Math.min(Math.max(Number.isFinite(ms) ? ms : earliest, earliest), latest));
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  const date = ((at.getUTCFullYear() - FIRST_YEAR) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  return { time, date };
}

function packed(...fields: readonly Field[]): Uint8Array {
  const sizeOf = (field: Field) => (field instanceof Uint8Array ? field.length : field[0]);
  const bytes = new Uint8Array(fields.reduce((sum, field) => sum + sizeOf(field), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const field of fields) {
    if (field instanceof Uint8Array) bytes.set(field, at);
    else if (field[0] === 2) view.setUint16(at, field[1], true);
    else if (field[0] === 4) view.setUint32(at, field[1], true);
    else view.setBigUint64(at, BigInt(field[1]), true);
    at += sizeOf(field);
  }
  return bytes;
}
