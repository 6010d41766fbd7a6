import type { FileWindow } from '#lib/capture/formats/file-window.server.ts';
import { NotWhole, tolerate } from '#lib/capture/formats/media-report.ts';
import { contentOf } from './box.server.ts';
import { Table } from './table.server.ts';
import type { Box } from './types.ts';

/**
 * A segment index (`sidx`, ISO 14496-12 §8.16.3) lists the bytes of all segments from its own end on.
 * @throws NotWhole when they go on beyond the end of the file
 */
export async function checkSegmentIndex(file: FileWindow, sidx: Box, note: (text: string) => void): Promise<void> {
  const end = await tolerate(note, () => readEnd(file, sidx));
  if (end !== undefined && end > file.sizeBytes) {
    throw new NotWhole('its segment index points to media beyond the end of the file');
  }
}

async function readEnd(file: FileWindow, sidx: Box): Promise<number> {
  const version = (await contentOf(file, sidx, 1))?.readUInt8(0);
  const headBytes = version === 0 ? 24 : 32;
  const head = await contentOf(file, sidx, headBytes);
  if (!head) throw new NotWhole('its sidx box is too short');
  const firstOffset = version === 0 ? head.readUInt32BE(16) : Number(head.readBigUInt64BE(20));
  const count = head.readUInt16BE(headBytes - 2);
  const table = new Table(file, sidx, { start: sidx.contentStart + headBytes, count, entryBytes: 12 });
  let end = sidx.end + firstOffset;
  while (await table.load()) {
    // The highest bit tells whether it is media or another index.
    while (table.loaded > 0) end += table.bytes.readUInt32BE(table.take()) & 0x7fffffff;
  }
  return end;
}
