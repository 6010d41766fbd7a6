/** Width and height of a JPEG, PNG or WebP picture by its header; undefined when it is none of them. */
export function pictureFacts(bytes: Uint8Array): { width: number; height: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const has = (offset: number, text: string) =>
    [...text].every((sign, index) => bytes[offset + index] === sign.charCodeAt(0));
  try {
    if (has(1, 'PNG')) return { width: view.getUint32(16), height: view.getUint32(20) };
    if (has(0, 'RIFF') && has(8, 'WEBP')) return webpSize(view, has);
    return view.getUint16(0) === 0xffd8 ? jpegSize(view) : undefined;
  } catch {
    // Shorter than its own header.
    return undefined;
  }
}

function webpSize(view: DataView, has: (offset: number, text: string) => boolean) {
  if (has(12, 'VP8X')) return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
  if (has(12, 'VP8L')) {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) };
  }
  return has(12, 'VP8 ')
    ? { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    : undefined;
}

const uint24 = (view: DataView, offset: number) => view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);

/** From the first frame header (SOF0 to SOF15, but for the markers between them that are none). */
function jpegSize(view: DataView) {
  for (let offset = 2; ; offset += 2 + view.getUint16(offset + 2)) {
    const marker = view.getUint8(offset + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(offset + 7), height: view.getUint16(offset + 5) };
  }
}
