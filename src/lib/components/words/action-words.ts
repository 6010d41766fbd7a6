import type { VideoState, VideoView } from '#lib/web/videos/view.ts';
import { formatDollars } from './format.ts';
import { setbackOf } from './stage-words.ts';

/** The one thing a person can do with a video, besides watching it. */
export interface NextStep {
  /** `reword`: the prompt must be changed first. `none`: no button helps; the text says what does. */
  kind: 'order' | 'fetch' | 'cancel' | 'reorder' | 'reword' | 'none';
  /** Label of the button, with its era; `cost` is appended if it costs. */
  words: string;
  /** Confirmation before it is done; undefined: done at once. */
  question?: string;
  /** Labels of the buttons that confirm and decline. */
  yes?: string;
  no?: string;
}

/** What a button will order. */
export interface Offer {
  /** `about $0.50` */
  cost: string;
  /** Short name of the era, for the button. */
  name: string;
  /** The visitor's own prompt instead of the suggested one; `same`: exactly the one that was refused. */
  prompt?: 'own' | 'same' | undefined;
}

/** Whether a step may buy something. */
export function isPriced(kind: NextStep['kind']): boolean {
  return kind === 'order' || kind === 'reorder';
}

/** `about $0.50`, or `price unknown`. */
export function costWords(usd: number | null): string {
  return usd === null ? 'price unknown' : `about ${formatDollars(usd)}`;
}

const cancelStep = (view: VideoView, { name }: Offer): NextStep => ({
  kind: 'cancel',
  words: `Cancel ${name}`,
  question: `Cancelling stops the work here. ${costOfCanceling(view)}`,
  yes: 'Cancel it',
  no: 'Keep going',
});

function costOfCanceling({ state, live }: VideoView): string {
  if (state === 'uncaptured') return 'It is already made and paid for, and would not be saved.';
  switch (live?.stage) {
    case 'prompt':
      return 'Nothing is ordered yet, so it costs nothing.';
    case 'submitting':
      return 'The order may already have been sent; then the provider may charge for it.';
    case 'queued':
      return 'It is still in the queue, so it costs nothing.';
    default:
      return 'The provider may charge for it anyway.';
  }
}

/** If the provider could no longer stop it, ordering it again buys nothing. */
function canceledStep({ problem }: VideoView, offer: Offer): NextStep {
  return problem?.isPaid
    ? { kind: 'fetch', words: `Resume ${offer.name}, at no cost` }
    : { kind: 'order', words: generate(offer) };
}

function failedStep({ problem, src }: VideoView, offer: Offer): NextStep {
  const { cost, name, prompt } = offer;
  // If nothing was made it is the same order as before, on a button of the same width.
  const isAgain = src !== undefined;
  if (problem?.isPaid) return { kind: 'fetch', words: `Try ${name} again, at no cost` };
  // The film exists but cannot be accessed: buying another one does not help.
  if (problem?.retryable === false && ['disk', 'disk-denied'].includes(problem.code))
    return { kind: 'none', words: '' };
  const again = reorder(offer, isAgain || problem?.code === 'unknown-outcome');
  if (problem?.code === 'unknown-outcome') {
    const question = `It is unknown whether the first order was bought. A second one costs ${cost}, possibly on top of it.`;
    return { ...again, question };
  }
  if (problem?.code === 'rejected') {
    if (prompt === undefined) return { kind: 'reword', words: `Edit the prompt for ${name}` };
    if (prompt === 'own') return { kind: 'order', words: generate(offer, isAgain) };
    return { ...again, question: `The same prompt may be refused again. If it is not, it costs ${cost}.` };
  }
  if (problem?.retryable === false) return { ...again, question: `The same order may fail again. It costs ${cost}.` };
  return { kind: 'order', words: generate(offer, isAgain) };
}

/** If it is paid for and no work is running, a person need not wait for the next retry. */
function underWayStep(view: VideoView, offer: Offer): NextStep {
  const { name } = offer;
  if (setbackOf(view) !== undefined && view.problem?.isPaid)
    return { kind: 'fetch', words: `Try ${name} now, at no cost` };
  if (view.state === 'uncaptured' && !view.live) return { kind: 'fetch', words: `Save ${name} now, at no cost` };
  return cancelStep(view, offer);
}

const NEXT_STEPS: Record<VideoState, (view: VideoView, offer: Offer) => NextStep> = {
  none: (_view, offer) => ({ kind: 'order', words: generate(offer) }),
  canceled: canceledStep,
  generating: underWayStep,
  uncaptured: underWayStep,
  failed: failedStep,
  ready: (_view, offer) => reorder(offer),
};

function generate({ name, prompt }: Offer, isAgain = false): string {
  return `Generate ${name}${isAgain ? ' again' : ''}${prompt === 'own' ? ' with your prompt' : ''}`;
}

function reorder(offer: Offer, isAgain = true): NextStep {
  const { cost, name } = offer;
  return {
    kind: 'reorder',
    words: generate(offer, isAgain),
    question: `This buys a new video for ${cost}. It replaces the one shown here.`,
    yes: `Buy ${name}${isAgain ? ' again' : ''}, ${cost}`,
    no: 'Keep this one',
  };
}

export function nextStep(view: VideoView, offer: Offer): NextStep {
  return NEXT_STEPS[view.state](view, offer);
}

/** Whether a prompt can be written for the next order. */
export function takesWords(view: VideoView): boolean {
  return ['order', 'reorder', 'reword'].includes(stepKind(view));
}

/** Only the kind of the next step. */
export function stepKind(view: VideoView): NextStep['kind'] {
  return nextStep(view, { cost: '', name: '' }).kind;
}
