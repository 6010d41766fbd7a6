const HEADER_BYTES = 8;
const CONTAINERS = new Set(['moov', 'trak', 'mdia']);
const DATED = new Set(['mvhd', 'tkhd', 'mdhd']);

/**
 * Sets creation and modification times to zero, in place. A muxer writes the present time; the same task must be the
 * same bytes after a restart of the sandbox, or no download could be resumed across it.
 */
export function clearCreationTimes(mp4: Uint8Array): Uint8Array {
  clearWithin(new DataView(mp4.buffer, mp4.byteOffset, mp4.byteLength), 0, mp4.byteLength);
  return mp4;
}

function clearWithin(view: DataView, start: number, end: number): void {
  for (let offset = start; offset + HEADER_BYTES <= end; ) {
    const sizeBytes = view.getUint32(offset);
    const type = textAt(view, offset + 4);
    // Size 0 (to the end) and 1 (64 bits) occur for the media data only, and nothing dated follows it here.
    if (sizeBytes < HEADER_BYTES) return;
    if (CONTAINERS.has(type)) clearWithin(view, offset + HEADER_BYTES, offset + sizeBytes);
    if (DATED.has(type)) clearDates(view, offset + HEADER_BYTES);
    offset += sizeBytes;
  }
}

function clearDates(view: DataView, offset: number): void {
  const dateBytes = view.getUint8(offset) === 1 ? 16 : 8;
  for (let index = 0; index < dateBytes; index += 1) view.setUint8(offset + 4 + index, 0);
}

function textAt(view: DataView, offset: number): string {
  return String.fromCharCode(...Array.from({ length: 4 }, (_, index) => view.getUint8(offset + index)));
}

/** The header of a `free` box that is to hold `payloadBytes`; players skip such a box. */
export function freeBoxHeader(payloadBytes: number): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  new DataView(header.buffer).setUint32(0, HEADER_BYTES + payloadBytes);
  header.set([0x66, 0x72, 0x65, 0x65], 4);
  return header;
}
