import { SvelteSet } from 'svelte/reactivity';
import { whyNot } from '#lib/components/live/ask-server.ts';
import type { OrderProblem } from '#lib/components/live/orders.ts';
import type { Questions } from '#lib/components/live/questions.svelte.ts';
import type { MediaItemView } from '#lib/web/media/media-view.ts';
import { deleteItem, fetchItemDeletion, undoItemDeletion } from '../media-api.ts';
import { itemDeletionWords } from '../media-words.ts';

export interface ItemDeletionOptions {
  projectId: string;
  questions: Pick<Questions, 'ask'>;
  /** Called once an item is deleted, or there again. */
  onchange: () => Promise<void>;
  fetcher?: typeof fetch;
}

const SILENCE = 'The server did not respond. Look again before you repeat it.';

/** The deletion of single items of a project, and its undo. */
export class ItemDeletion {
  /** Id of the item that was deleted last on this page. */
  last: string | undefined = $state();
  /** Ids of items that are being brought back. */
  readonly busy = new SvelteSet<string>();
  readonly #options: ItemDeletionOptions;

  constructor(options: ItemDeletionOptions) {
    this.#options = options;
  }

  /** Says what would go first: nothing changes until that is confirmed. @param isHere this browser has its file */
  async ask(item: MediaItemView, isHere: boolean): Promise<void> {
    const { projectId, questions, fetcher } = this.#options;
    const title = `Delete ${item.name}?`;
    try {
      const size = await fetchItemDeletion(projectId, item.id, fetcher);
      const key = `media/${projectId}/${item.id}`;
      const decision = { yes: 'Delete it', key, stands: () => true, send: () => this.#remove(item.id) };
      questions.ask({ title, text: itemDeletionWords(size, isHere), no: 'Keep it', decision });
    } catch (error) {
      questions.ask({ title, text: whyNot(error, SILENCE), isProblem: true, no: 'Close' });
    }
  }

  async undo({ id, name }: Pick<MediaItemView, 'id' | 'name'>): Promise<void> {
    if (this.busy.has(id)) return;
    this.busy.add(id);
    const { projectId, questions, onchange, fetcher } = this.#options;
    try {
      await undoItemDeletion(projectId, id, fetcher);
      if (this.last === id) this.last = undefined;
      await onchange();
    } catch (error) {
      questions.ask({ title: name, text: whyNot(error, SILENCE), isProblem: true, no: 'Close' });
    } finally {
      this.busy.delete(id);
    }
  }

  async #remove(id: string): Promise<OrderProblem | undefined> {
    const { projectId, onchange, fetcher } = this.#options;
    try {
      await deleteItem(projectId, id, fetcher);
      this.last = id;
      await onchange();
      return undefined;
    } catch (error) {
      return { message: whyNot(error, SILENCE) };
    }
  }
}
