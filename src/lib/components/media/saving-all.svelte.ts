import { whyNot } from '#lib/components/live/ask-server.ts';
import type { SaveAllView } from '#lib/web/media/media-view.ts';

export interface SavingAllTools {
  start: () => Promise<SaveAllView>;
  look: () => Promise<SaveAllView>;
  /** Called once a saving has ended. */
  onend: () => void;
}

/** The saving of a whole project, which the server goes on with when the page is closed. */
export class SavingAll {
  view: SaveAllView = $state.raw({ state: 'idle', done: 0, total: 0 });
  problem = $state('');
  readonly isSaving = $derived(this.view.state === 'saving');
  readonly #tools: SavingAllTools;

  constructor(tools: SavingAllTools) {
    this.#tools = tools;
  }

  async start(): Promise<void> {
    this.problem = '';
    try {
      this.#take({ ...(await this.#tools.start()), state: 'saving' });
      await this.look();
    } catch (error) {
      this.problem = whyNot(error, 'The server did not respond. What was begun goes on.');
    }
  }

  /** How it goes; a server that does not respond is asked again. */
  async look(): Promise<void> {
    const view = await this.#tools.look().catch(() => undefined);
    if (view) this.#take(view);
  }

  #take(view: SaveAllView): void {
    const hasEnded = this.isSaving && view.state !== 'saving';
    this.view = view;
    if (hasEnded) this.#tools.onend();
  }
}
