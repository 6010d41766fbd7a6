import { createContext } from 'svelte';
import type { VideoView } from '#lib/web/videos/view.ts';
import type { OrderProblem } from './orders.ts';

/** Something to decide, or just to read, before going on. */
export interface Question {
  title: string;
  text: string;
  /** The text reports a problem. */
  isProblem?: boolean;
  /** Label of the button that changes nothing. */
  no: string;
  decision?: Decision;
}

export interface Decision {
  /** Label of the button that does it. */
  yes: string;
  /** The video in question. */
  key: string;
  /** Whether this is still the video's next step; if not, there is nothing to decide. */
  stands: (view: VideoView) => boolean;
  /** @returns the problem, if there was one */
  send: () => Promise<OrderProblem | undefined>;
}

/** The current question, one at a time. It is shown over the page, so that nothing on it moves. */
export class Questions {
  current: Question | undefined = $state.raw();
  /** Problems that occur while another question is open are shown after it. */
  readonly #waiting: Question[] = [];

  ask(question: Question): void {
    if (this.current) this.#waiting.push(question);
    else this.current = question;
  }

  close(): void {
    this.current = this.#waiting.shift();
  }
}

export const [getQuestions, setQuestions] = createContext<Questions>();
