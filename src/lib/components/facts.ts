import type { VideoView } from '#lib/web/video-view.ts';
import { formatBytes, formatDollars, formatMoment, formatSeconds } from './format.ts';

export interface Fact {
  name: string;
  value: string;
  /** What a copy button takes; absent where nobody would want it. */
  copy?: string;
  /** Long text in a fixed-width face. */
  isCode?: boolean;
}

/** What is known about how a video was made, in the order of a reader's interest. The prompt stands apart. */
export function factsOf(view: VideoView): Fact[] {
  const facts: Array<Fact | undefined> = [
    view.model === undefined ? undefined : { name: 'Model', value: view.model, copy: view.model },
    view.durationSeconds === undefined ? undefined : { name: 'Length', value: formatSeconds(view.durationSeconds) },
    pictureFact(view),
    view.hasAudio === undefined ? undefined : { name: 'Sound', value: view.hasAudio ? 'yes' : 'none' },
    view.sizeBytes === undefined ? undefined : { name: 'Size', value: formatBytes(view.sizeBytes) },
    costFact(view),
    view.submittedAt === undefined ? undefined : { name: 'Ordered', value: formatMoment(view.submittedAt) },
    view.completedAt === undefined ? undefined : { name: 'Saved', value: formatMoment(view.completedAt) },
    view.sha256 === undefined ? undefined : { name: 'SHA-256', value: view.sha256, copy: view.sha256, isCode: true },
  ];
  return facts.filter((fact) => fact !== undefined);
}

function pictureFact({ width, height }: VideoView): Fact | undefined {
  return width === undefined || height === undefined ? undefined : { name: 'Picture', value: `${width} × ${height}` };
}

function costFact({ costUsd, sandbox }: VideoView): Fact | undefined {
  if (costUsd === undefined) return undefined;
  return { name: 'Cost', value: sandbox ? `nothing: made by the sandbox` : formatDollars(costUsd) };
}

/** `/videos/a-b.mp4?v=1234` is the file `a-b.mp4`. */
export function fileNameOf(src: string): string {
  return src.replace(/[?#].*$/, '').replace(/^.*\//, '');
}
