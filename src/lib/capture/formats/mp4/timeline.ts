/** When the samples of a track are shown, in units of its timescale. */
export class Timeline {
  /** When the first one appears, and when the last one goes; infinite while there are none. */
  start = Number.POSITIVE_INFINITY;
  end = Number.NEGATIVE_INFINITY;
  /** When the next sample is decoded, unless something else is said. */
  decodeTime = 0;

  /** Samples that last `delta` each and are shown `shift` after their decoding. */
  add(samples: number, delta: number, shift: number): void {
    if (samples === 0) return;
    this.start = Math.min(this.start, this.decodeTime + shift);
    this.decodeTime += samples * delta;
    this.end = Math.max(this.end, this.decodeTime + shift);
  }
}
