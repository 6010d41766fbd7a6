import { describe, expect, it } from 'vitest';
import { soundSecondsOf } from '#lib/wanx/uploads/sound-length.ts';
import { mp3, wav } from '../../fixtures/mp4/sounds.ts';

/** MPEG-1 layer III, 44.1 kHz, stereo; and mono; MPEG-2 layer III, 24 kHz, mono. */
const STEREO = 0xfffb9000;
const MONO = 0xfffb90c0;
const HALF = 0xfff394c4;

describe('soundSecondsOf', () => {
  it.each<[string, Uint8Array, number]>([
    ['a wav', wav(7.5), 7.5],
    ['an mp3', mp3(STEREO, 32, 441), 441 * (1152 / 44_100)],
    ['an mp3 of variable bit rate', mp3(STEREO, 32, 1000, { tag: 'Xing' }), 1000 * (1152 / 44_100)],
    ['an mp3 behind a tag', mp3(STEREO, 32, 441, { id3Bytes: 300 }), 441 * (1152 / 44_100)],
    ['an mp3 in mono', mp3(MONO, 17, 441), 441 * (1152 / 44_100)],
    ['an mp3 of MPEG-2', mp3(HALF, 9, 500), 500 * (576 / 24_000)],
  ])('reads %s', (_what, head, seconds) => {
    expect(soundSecondsOf(head)).toBeCloseTo(seconds, 6);
  });

  it('reads a wav with other chunks before its sound, of odd length, too', () => {
    const [start, data] = [wav(3).subarray(0, 36), wav(3).subarray(36)];
    const list = Buffer.concat([Buffer.from('LIST\x03\0\0\0'), Buffer.alloc(4)]);
    expect(soundSecondsOf(Buffer.concat([start, list, data]))).toBe(3);
  });

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a wav that was streamed', wav(3, 0xffffffff)],
    ['a wav that is cut off', wav(3).subarray(0, 30)],
    ['a wav without a format', Buffer.from('RIFF0000WAVEdata\x10\0\0\0')],
    ['an mp3 without a count', mp3(STEREO, 32, 441, { tag: 'none' })],
    ['an mp3 behind a picture', mp3(STEREO, 32, 441, { id3Bytes: 9000 }).subarray(0, 2000)],
    ['layer II', mp3(0xfffd9000, 32, 441)],
    ['something else', Buffer.alloc(300)],
  ])('does not know of %s', (_what, head) => {
    expect(soundSecondsOf(head)).toBeUndefined();
  });
});
