import type { FileWindow } from '#lib/capture/formats/file-window.server.ts';
import { NotWhole } from '#lib/capture/formats/media-report.ts';
import { Table } from './table.server.ts';
import { Timeline } from './timeline.ts';
import type { Box } from './types.ts';

/**
 * Adds up the times of the samples of a track's tables (ISO 14496-12 §8.6.1).
 * @throws NotWhole when they are about more samples than there are
 */
export async function readTimes(
  file: FileWindow,
  { stts, ctts }: { stts?: Box; ctts?: Box },
  samples: number,
  note: (text: string) => void,
): Promise<Timeline> {
  const timeline = new Timeline();
  const deltas = await Runs.open(file, stts);
  const shifts = await Runs.open(file, ctts);
  let left = samples;
  while (left > 0 && (await deltas.ready())) {
    // Where its table ends, a sample is shown when it is decoded.
    const shifted = (await shifts.ready()) ? shifts.left : left;
    const now = Math.min(left, deltas.left, shifted);
    timeline.add(now, deltas.value, shifts.value);
    deltas.use(now);
    shifts.use(now);
    left -= now;
  }
  if (left > 0) note(`its index gives no duration for ${left} of ${samples} samples`);
  if (await deltas.ready()) throw new NotWhole('its index gives durations for more samples than it lists');
  if (await shifts.ready()) throw new NotWhole('its index gives display times for more samples than it lists');
  return timeline;
}

/** Entries of a count and a value. */
class Runs {
  left = 0;
  value = 0;
  readonly #table: Table | undefined;

  private constructor(table: Table | undefined) {
    this.#table = table;
  }

  static async open(file: FileWindow, box: Box | undefined): Promise<Runs> {
    return new Runs(box && (await Table.open(file, box, 8)));
  }

  /** False behind the last run; `value` is 0 then. */
  async ready(): Promise<boolean> {
    const table = this.#table;
    while (this.left === 0) {
      this.value = 0;
      if (!table || (table.loaded === 0 && !(await table.load()))) return false;
      const at = table.take();
      this.left = table.bytes.readUInt32BE(at);
      // Most writers use signed values, in every version of the box.
      this.value = table.bytes.readInt32BE(at + 4);
    }
    return true;
  }

  use(samples: number): void {
    this.left = Math.max(0, this.left - samples);
  }
}
