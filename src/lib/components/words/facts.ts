import type { VideoView } from '#lib/web/videos/view.ts';
import { formatBytes, formatDollars, formatMoment, formatSeconds } from './format.ts';

export interface Fact {
  name: string;
  /** Undefined: unknown, so far or at all. */
  value: string | undefined;
  /** Has a copy button. */
  isCopied?: boolean;
  /** Long text in a monospaced font. */
  isCode?: boolean;
}

/**
 * How a video was made, most interesting facts first; the prompt is shown separately. Always the same facts, known or not:
 * a growing list would push down the content below it.
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

const SHORT_FACTS = ['Model', 'Length', 'Picture', 'Size'];

/** The most requested facts, for one line. */
export function shortFactsOf(view: VideoView): string[] {
  const facts = factsOf(view).filter(({ name }) => SHORT_FACTS.includes(name));
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
