import type { EncodedPacketSink } from 'mediabunny';

type Sink = Pick<EncodedPacketSink, 'getPacket' | 'getNextPacket'>;

/**
 * What is missing at the end of a file whose boxes all fit in, or undefined: the index may name pictures or sounds that lie
 * beyond the last byte, where a box of unknown size (0: "to the end of the file") was cut.
 */
export async function findMissingEnd(sinks: readonly Sink[]): Promise<string | undefined> {
  for (const sink of sinks) {
    if (await endsBeyondTheFile(sink)) return 'its index names media beyond the end of the file';
  }
  return undefined;
}

/** The last one to be shown need not be the last one in the file: from there on it goes by the order of the file. */
async function endsBeyondTheFile(sink: Sink): Promise<boolean> {
  let packet = await sink.getPacket(Number.POSITIVE_INFINITY);
  if (!packet) return (await sink.getPacket(Number.POSITIVE_INFINITY, { metadataOnly: true })) !== null;
  for (;;) {
    const next = await sink.getNextPacket(packet);
    if (!next) return (await sink.getNextPacket(packet, { metadataOnly: true })) !== null;
    packet = next;
  }
}
