import type { VideoState, VideoView } from '#lib/web/videos/view.ts';
import { formatDollars } from './format.ts';
import { setbackOf } from './stage-words.ts';

/** The one thing a person can do with a video, beside looking at it. */
export interface NextStep {
  /** `reword`: nothing before the words are changed. `none`: no button helps, the words say what does. */
  kind: 'order' | 'fetch' | 'cancel' | 'reorder' | 'reword' | 'none';
  /** On the button, with the era that it is about; `cost` follows it where it costs. */
  words: string;
  /** Asked once more before it is done; undefined: done at once. */
  question?: string;
  /** On the button that then does it, and on the one that does not. */
  yes?: string;
  no?: string;
}

/** What a button is about to order. */
export interface Offer {
  /** `about $0.50` */
  cost: string;
  /** The era in a word, for the button. */
  name: string;
  /** The visitor's own words, in place of the suggested ones; `same`: the very text that was refused. */
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
  no: 'Let it go on',
});

function costOfCanceling({ state, live }: VideoView): string {
  if (state === 'uncaptured') return 'It is made and paid for already, and would not be saved.';
  switch (live?.stage) {
    case 'prompt':
      return 'Nothing is ordered yet, so that costs nothing.';
    case 'submitting':
      return 'The order may be out already; then the provider may charge for it.';
    case 'queued':
      return 'While it waits in the queue that costs nothing.';
    default:
      return 'The provider may charge for it all the same.';
  }
}

/** Where the provider could not stop it any more, asking for it again buys nothing. */
function canceledStep({ problem }: VideoView, offer: Offer): NextStep {
  return problem?.isPaid
    ? { kind: 'fetch', words: `Take ${offer.name} up again, at no cost` }
    : { kind: 'order', words: generate(offer) };
}

function failedStep({ problem, src }: VideoView, offer: Offer): NextStep {
  const { cost, name, prompt } = offer;
  // Where nothing was made it is the same order as before, on a button as wide.
  const isAgain = src !== undefined;
  if (problem?.isPaid) return { kind: 'fetch', words: `Try ${name} again, at no cost` };
  // The film is there, and cannot be reached: to buy another one is no help.
  if (problem?.retryable === false && ['disk', 'disk-denied'].includes(problem.code))
    return { kind: 'none', words: '' };
  const again = reorder(offer, isAgain || problem?.code === 'unknown-outcome');
  if (problem?.code === 'unknown-outcome') {
    const question = `Nobody knows whether the first order was bought. A second one costs ${cost}, perhaps on top of it.`;
    return { ...again, question };
  }
  if (problem?.code === 'rejected') {
    if (prompt === undefined) return { kind: 'reword', words: `Change the words for ${name}` };
    if (prompt === 'own') return { kind: 'order', words: generate(offer, isAgain) };
    return { ...again, question: `The same words may be refused again. If they are not, it costs ${cost}.` };
  }
  if (problem?.retryable === false) return { ...again, question: `The same order may fail again. It costs ${cost}.` };
  return { kind: 'order', words: generate(offer, isAgain) };
}

/** While nobody works on it, and what it costs is paid, a person need not wait for the next try. */
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
  return `Generate ${name}${isAgain ? ' again' : ''}${prompt === 'own' ? ' with your words' : ''}`;
}

function reorder(offer: Offer, isAgain = true): NextStep {
  const { cost, name } = offer;
  return {
    kind: 'reorder',
    words: generate(offer, isAgain),
    question: `This buys a new video for ${cost}. It replaces the one shown here.`,
    yes: `Buy ${name}${isAgain ? ' again' : ''}, ${cost}`,
    no: 'Leave it as it is',
  };
}

export function nextStep(view: VideoView, offer: Offer): NextStep {
  return NEXT_STEPS[view.state](view, offer);
}

/** Whether words can be written for the next order. */
export function takesWords(view: VideoView): boolean {
  return ['order', 'reorder', 'reword'].includes(stepKind(view));
}

/** Which kind of step it is, for what asks no more than that. */
export function stepKind(view: VideoView): NextStep['kind'] {
  return nextStep(view, { cost: '', name: '' }).kind;
}
