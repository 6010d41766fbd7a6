import { readdir, readFile } from 'node:fs/promises';
import {
  ALL_FORMATS,
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  type InputTrack,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import { ReelError } from '#lib/base/errors.ts';
import { clearCreationTimes } from './mp4-boxes.ts';

const CLIPS = new URL('./files/', import.meta.url);
const FRAMES_PER_SECOND = 30;
// 48 kHz AAC: see scripts/make/sandbox-clips.sh for why 375 frames make a loop.
const AUDIO_FRAME_SECONDS = 1024 / 48_000;
const AUDIO_FRAMES_PER_LOOP = 375;
const KEPT_IN_MEMORY = 12;

export interface ClipRequest {
  width: number;
  height: number;
  durationSeconds: number;
  audio: boolean;
  /** Any number; chooses among the palettes that there are for this size. */
  variant: number;
}

const composed = new Map<string, Promise<Uint8Array>>();

/**
 * A whole MP4 (H.264, and AAC when asked) of exactly the duration asked for, cut and strung together from a shipped
 * loop without encoding anything. The same request gives the same bytes, also in another process: a resumed download
 * depends on it.
 */
export async function composeClip(request: ClipRequest): Promise<Uint8Array> {
  const file = await chooseClip(request);
  const key = `${file} ${request.durationSeconds} ${request.audio}`;
  const known = composed.get(key);
  if (known !== undefined) return known;
  const made = compose(file, request);
  composed.set(key, made);
  // The oldest goes first: a long-running sandbox must not collect every size it was ever asked for.
  for (const oldest of [...composed.keys()].slice(0, -KEPT_IN_MEMORY)) composed.delete(oldest);
  return made;
}

async function chooseClip({ width, height, variant }: ClipRequest): Promise<string> {
  const prefix = `${width}x${height}-`;
  const files = (await readdir(CLIPS)).filter((name) => name.startsWith(prefix)).sort();
  const chosen = files[variant % files.length];
  if (chosen === undefined) {
    throw new ReelError('not-found', `The sandbox has no clip ${prefix}*.mp4. Run scripts/make/sandbox-clips.sh.`);
  }
  return chosen;
}

async function compose(file: string, { durationSeconds, audio }: ClipRequest): Promise<Uint8Array> {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const picture = await openTrack(file, 'video');
  const video = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(video, { frameRate: FRAMES_PER_SECOND });
  const sound = audio ? await openTrack('ambience.m4a', 'audio') : undefined;
  const source = new EncodedAudioPacketSource('aac');
  if (sound !== undefined) output.addAudioTrack(source);
  await output.start();

  const decoderConfig = await picture.videoConfig();
  const frames = repeat(picture.packets, durationSeconds, 1 / FRAMES_PER_SECOND);
  for (const [index, frame] of frames.entries()) await video.add(frame, index === 0 ? { decoderConfig } : undefined);
  if (sound !== undefined) {
    const audioConfig = await sound.audioConfig();
    const chunks = repeat(sound.packets.slice(0, AUDIO_FRAMES_PER_LOOP), durationSeconds, AUDIO_FRAME_SECONDS);
    for (const [index, chunk] of chunks.entries()) {
      await source.add(chunk, index === 0 ? { decoderConfig: audioConfig } : undefined);
    }
  }
  await output.finalize();
  if (target.buffer === null) throw new ReelError('provider-failed', `The sandbox could not compose ${file}.`);
  return clearCreationTimes(new Uint8Array(target.buffer));
}

/** As many packets of the loop, over and over, as fit into the duration, each with its own new time. */
function repeat(loop: EncodedPacket[], durationSeconds: number, packetSeconds: number): EncodedPacket[] {
  const count = Math.floor(durationSeconds / packetSeconds + 1e-6);
  return Array.from({ length: count }, (_, index) => {
    const packet = loop[index % loop.length];
    if (packet === undefined) throw new ReelError('provider-failed', 'A clip of the sandbox is empty.');
    return packet.clone({ timestamp: index * packetSeconds, duration: packetSeconds });
  });
}

async function openTrack(file: string, kind: 'video' | 'audio') {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(await readFile(new URL(file, CLIPS))) });
  const video = await input.getPrimaryVideoTrack();
  const audio = await input.getPrimaryAudioTrack();
  const track = present(kind === 'video' ? video : audio, file);
  return {
    packets: await readPackets(track),
    videoConfig: async () => present(await present(video, file).getDecoderConfig(), file),
    audioConfig: async () => present(await present(audio, file).getDecoderConfig(), file),
  };
}

async function readPackets(track: InputTrack): Promise<EncodedPacket[]> {
  const packets: EncodedPacket[] = [];
  // An AAC file starts with a priming packet before time zero, which belongs to no loop.
  for await (const packet of new EncodedPacketSink(track).packets()) if (packet.timestamp >= 0) packets.push(packet);
  return packets;
}

function present<T>(value: T | null | undefined, file: string): T {
  if (value === null || value === undefined) {
    throw new ReelError('provider-failed', `The sandbox's clip ${file} is damaged. Run scripts/make/sandbox-clips.sh.`);
  }
  return value;
}
