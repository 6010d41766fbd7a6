import type { VideoState, VideoView } from '#lib/web/video-view.ts';
import { formatDollars } from './format.ts';
import { setbackOf } from './stage-words.ts';

/** The one thing a person can do with a video, beside looking at it. */
export interface NextStep {
  kind: 'order' | 'fetch' | 'cancel' | 'reorder';
  /** On the button; `cost` follows it where it costs. */
  words: string;
  /** Asked once more before it is done; undefined: done at once. */
  question?: string;
  /** On the button that then does it, and on the one that does not. */
  yes?: string;
  no?: string;
}

/** `about $0.50`, or `price not known`. */
export function costWords(usd: number | null): string {
  return usd === null ? 'price not known' : `about ${formatDollars(usd)}`;
}

const cancelStep = (view: VideoView): NextStep => ({
  kind: 'cancel',
  words: 'Cancel',
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
function canceledStep({ problem }: VideoView): NextStep {
  return problem?.isPaid
    ? { kind: 'fetch', words: 'Take it up again, at no cost' }
    : { kind: 'order', words: 'Generate' };
}

function failedStep({ problem }: VideoView, cost: string): NextStep {
  if (problem?.isPaid) return { kind: 'fetch', words: 'Try again, at no cost' };
  const again = reorder('Order it again', cost);
  if (problem?.code === 'unknown-outcome') {
    const question = `Nobody knows whether the first order was bought. A second one costs ${cost}, perhaps on top of it.`;
    return { ...again, question };
  }
  if (problem?.retryable === false) return { ...again, question: `The same order may fail again. It costs ${cost}.` };
  return { kind: 'order', words: 'Try again' };
}

/** While nobody works on it, and what it costs is paid, a person need not wait for the next try. */
function underWayStep(view: VideoView): NextStep {
  if (setbackOf(view) !== undefined && view.problem?.isPaid) return { kind: 'fetch', words: 'Try now, at no cost' };
  if (view.state === 'uncaptured' && !view.live) return { kind: 'fetch', words: 'Save it now, at no cost' };
  return cancelStep(view);
}

const NEXT_STEPS: Record<VideoState, (view: VideoView, cost: string) => NextStep> = {
  none: () => ({ kind: 'order', words: 'Generate' }),
  canceled: canceledStep,
  generating: underWayStep,
  uncaptured: underWayStep,
  failed: failedStep,
  ready: (_view, cost) => reorder('Make it again', cost),
};

function reorder(words: string, cost: string): NextStep {
  return {
    kind: 'reorder',
    words,
    question: `This buys a new video for ${cost}. It replaces the one shown here.`,
    yes: `Buy a new one, ${cost}`,
    no: 'Leave it as it is',
  };
}

export function nextStep(view: VideoView, cost: string): NextStep {
  return NEXT_STEPS[view.state](view, cost);
}
