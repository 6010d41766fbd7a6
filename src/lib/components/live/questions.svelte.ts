import { createContext } from 'svelte';
import type { VideoView } from '#lib/web/videos/view.ts';
import type { OrderProblem } from './orders.ts';

/** Something to decide, or only to read, before a person goes on. */
export interface Question {
  title: string;
  text: string;
  /** The text says what went wrong. */
  isProblem?: boolean;
  /** On the button that leaves everything as it is. */
  no: string;
  decision?: Decision;
}

export interface Decision {
  /** On the button that does it. */
  yes: string;
  /** The video that is asked about. */
  key: string;
  /** Whether that is still its next step; if not, there is nothing to decide. */
  stands: (view: VideoView) => boolean;
  /** @returns what went wrong, if anything did */
  send: () => Promise<OrderProblem | undefined>;
}

/** The one thing that is asked at a time. It stands above the page, so that asking moves nothing on it. */
export class Questions {
  current: Question | undefined = $state.raw();
  /** What went wrong with one film while another is asked about is told after that. */
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
