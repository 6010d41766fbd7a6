/**
 * How long a wav or mp3 is, by its first bytes; undefined where they do not tell (an mp3 without a count of its frames, or
 * behind a large picture).
 * @param head from the start of the file
 */
export function soundSecondsOf(head: Uint8Array): number | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  try {
    return textAt(view, 0, 4) === 'RIFF' ? wavSeconds(view) : mp3Seconds(view);
  } catch (error) {
    // The view ends before the place where the length would stand.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function textAt(view: DataView, offset: number, length: number): string {
  return String.fromCharCode(...Array.from({ length }, (_, index) => view.getUint8(offset + index)));
}

/** Bytes of sound by bytes a second; chunks begin at even places. */
function wavSeconds(view: DataView): number | undefined {
  let bytesPerSecond = 0;
  for (let offset = 12; ; ) {
    const name = textAt(view, offset, 4);
    const size = view.getUint32(offset + 4, true);
    if (name === 'fmt ') bytesPerSecond = view.getUint32(offset + 16, true);
    // A size of all ones was never filled in: the file was streamed.
    if (name === 'data') return bytesPerSecond > 0 && size !== 0xffffffff ? size / bytesPerSecond : undefined;
    offset += 8 + size + (size % 2);
  }
}

/** MPEG-1, 2 and 2.5 by the two version bits; 1 is reserved. */
const SAMPLE_RATES: Record<number, readonly number[]> = {
  3: [44_100, 48_000, 32_000],
  2: [22_050, 24_000, 16_000],
  0: [11_025, 12_000, 8000],
};

/** Layer III with the Xing or Info header, which nearly every encoder writes into the first frame. */
function mp3Seconds(view: DataView): number | undefined {
  const start = textAt(view, 0, 3) === 'ID3' ? 10 + syncsafe(view, 6) : 0;
  const header = view.getUint32(start);
  const version = (header >>> 19) & 3;
  const sampleRate = SAMPLE_RATES[version]?.[(header >>> 10) & 3];
  if (header >>> 21 !== 0x7ff || ((header >>> 17) & 3) !== 1 || sampleRate === undefined) return undefined;
  const isMono = ((header >>> 6) & 3) === 3;
  const isFirstVersion = version === 3;
  const sideInfo = isFirstVersion ? (isMono ? 17 : 32) : isMono ? 9 : 17;
  const tag = start + 4 + sideInfo;
  const hasFrames = ['Xing', 'Info'].includes(textAt(view, tag, 4)) && (view.getUint32(tag + 4) & 1) === 1;
  return hasFrames ? (view.getUint32(tag + 8) * (isFirstVersion ? 1152 : 576)) / sampleRate : undefined;
}

/** Seven bits of each byte, so that no tag looks like a frame. */
function syncsafe(view: DataView, offset: number): number {
  return [0, 1, 2, 3].reduce((size, index) => size * 128 + (view.getUint8(offset + index) & 0x7f), 0);
}
