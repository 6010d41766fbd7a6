export interface ImageSize {
  width: number;
  height: number;
}

/**
 * Pixels of an image by its first bytes, as stored; undefined where they do not tell (a JPEG with a very long preamble).
 * @param head from the start of the file; 64 KiB are enough for nearly every image
 */
export function imageSizeOf(head: Uint8Array): ImageSize | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  try {
    return pngSize(view) ?? bmpSize(view) ?? webpSize(view) ?? jpegSize(view);
  } catch (error) {
    // The view ends before the place where the size would stand.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function wordAt(view: DataView, offset: number): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + offset, 4));
}

function pngSize(view: DataView): ImageSize | undefined {
  if (wordAt(view, 12) !== 'IHDR') return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** The height is negative in a file that is stored from the top down. */
function bmpSize(view: DataView): ImageSize | undefined {
  if (!wordAt(view, 0).startsWith('BM')) return undefined;
  return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

function webpSize(view: DataView): ImageSize | undefined {
  if (wordAt(view, 8) !== 'WEBP') return undefined;
  const kind = wordAt(view, 12);
  if (kind === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  const threeBytes = (offset: number) => view.getUint16(offset, true) + view.getUint8(offset + 2) * 0x10000;
  return kind === 'VP8X' ? { width: threeBytes(24) + 1, height: threeBytes(27) + 1 } : undefined;
}

/** Start-of-frame markers; C4, C8 and CC in their midst are other things. */
const NOT_A_FRAME: readonly number[] = [0xc4, 0xc8, 0xcc];

function jpegSize(view: DataView): ImageSize | undefined {
  if (view.getUint16(0) !== 0xffd8) return undefined;
  for (let offset = 2; view.getUint8(offset) === 0xff; offset += 2 + view.getUint16(offset + 2)) {
    const marker = view.getUint8(offset + 1);
    if (marker >= 0xc0 && marker <= 0xcf && !NOT_A_FRAME.includes(marker)) {
      return { width: view.getUint16(offset + 7), height: view.getUint16(offset + 5) };
    }
  }
  return undefined;
}
