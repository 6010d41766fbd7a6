import type { VideoView } from '#lib/web/videos/view.ts';
import { formatBytes, formatDollars, formatMoment, formatSeconds } from './format.ts';

export interface Fact {
  name: string;
  /** Undefined: not known, yet or at all. */
  value: string | undefined;
  /** A copy button takes it along. */
  isCopied?: boolean;
  /** Long text in a fixed-width face. */
  isCode?: boolean;
}

/**
 * How a video was made, in the order of a reader's interest, but for the prompt, which stands apart. Always the same facts,
 * known or not: a list that grows while it is read would push away what stands below.
 */
export function factsOf(view: VideoView): Fact[] {
  const { model, durationSeconds, sizeBytes, orderedAt, completedAt, sha256 } = view;
  return [
    { name: 'Model', value: model, isCopied: true },
    { name: 'Length', value: durationSeconds === undefined ? undefined : formatSeconds(durationSeconds) },
    { name: 'Picture', value: pictureOf(view) },
    { name: 'Sound', value: view.hasAudio === undefined ? undefined : view.hasAudio ? 'yes' : 'none' },
    { name: 'Size', value: sizeBytes === undefined ? undefined : formatBytes(sizeBytes) },
    { name: 'Cost', value: costOf(view) },
    { name: 'Ordered', value: orderedAt === undefined ? undefined : formatMoment(orderedAt) },
    { name: 'Saved', value: completedAt === undefined ? undefined : formatMoment(completedAt) },
    { name: 'SHA-256', value: sha256, isCopied: true, isCode: true },
    { name: 'Delivered', value: deliveryOf(view) },
  ];
}

const IN_SHORT = ['Model', 'Length', 'Picture', 'Size'];

/** What most people would ask, for one line. */
export function shortFactsOf(view: VideoView): string[] {
  const facts = factsOf(view).filter(({ name }) => IN_SHORT.includes(name));
  return facts.flatMap(({ value }) => value ?? []);
}

function pictureOf({ width, height }: VideoView): string | undefined {
  return width === undefined || height === undefined ? undefined : `${width} × ${height}`;
}

function costOf({ costUsd, sandbox }: VideoView): string | undefined {
  if (costUsd === undefined) return undefined;
  if (sandbox) return 'nothing: made by the sandbox';
  return costUsd === null ? 'price unknown' : formatDollars(costUsd);
}

function deliveryOf({ differences, notes = [] }: VideoView): string | undefined {
  if (differences === undefined) return undefined;
  return [...(differences.length === 0 ? ['as ordered'] : differences), ...notes].join('; ');
}

/** `/videos/a-b.mp4?v=1234` is the file `a-b.mp4`. */
export function fileNameOf(src: string): string {
  return src.replace(/[?#].*$/, '').replace(/^.*\//, '');
}
