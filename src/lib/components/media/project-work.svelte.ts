import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { whyNot } from '#lib/components/live/ask-server.ts';
import { formatCount } from '#lib/components/words/format.ts';
import type { MediaItems, MediaItemView } from '#lib/web/media/media-view.ts';
import type { BrowserItems } from './browser/browser-items.svelte.ts';
import type { KeptFile } from './browser/file-shelf.ts';
import { JobsOfProject } from './generate/media-jobs.svelte.ts';
import { AwaitedPictures } from './list/awaited-pictures.ts';
import { ItemList } from './list/item-list.svelte.ts';
import {
  deleteItem,
  fetchItemDeletion,
  fetchItems,
  fetchJobs,
  fetchSaveAll,
  saveItem,
  startSaveAll,
} from './media-api.ts';
import { mayBeFilm } from './media-words.ts';
import { SavingAll } from './saving-all.svelte.ts';

export interface ProjectWorkOptions {
  projectId: string;
  first: MediaItems;
  inBrowser: BrowserItems;
  /** Called when what the project holds has changed. */
  onchange: () => Promise<void>;
  fetcher?: typeof fetch;
}

/** One project as a page shows it, and what can be done with it. */
export class ProjectWork {
  readonly list: ItemList;
  readonly saving: SavingAll;
  readonly jobs: JobsOfProject;
  /** How the adding of files goes, or has gone. */
  addWords = $state('');
  /** Files of this browser are on their way, all of them one after the other. */
  isSending = $state(false);
  /** How the sending of all of them goes; empty where there is none. */
  sendWords = $state('');
  /** Ids of items that are being saved. */
  readonly busy = new SvelteSet<string>();
  /** Why items could not be saved, by their ids. */
  readonly problems = new SvelteMap<string, string>();
  readonly #options: ProjectWorkOptions;
  readonly #awaited = new AwaitedPictures();

  constructor(options: ProjectWorkOptions) {
    const { projectId, first, fetcher } = options;
    this.#options = options;
    const onend = () => void this.refresh();
    this.list = new ItemList(first, (part) => fetchItems(projectId, part, fetcher));
    this.jobs = new JobsOfProject({ look: () => fetchJobs(projectId, fetcher), onend });
    this.saving = new SavingAll({
      start: () => startSaveAll(projectId, fetcher),
      look: () => fetchSaveAll(projectId, fetcher),
      onend,
    });
  }

  /** Looks at what goes on by itself. */
  async look(): Promise<void> {
    if (this.saving.isSaving) await this.saving.look();
    if (this.jobs.isUnderWay) await this.jobs.look();
    if (this.#awaited.isTime(this.list.items)) await this.list.refresh();
  }

  /** Adds files, one after the other, and says what has become of them. */
  async addFiles(files: readonly File[]): Promise<void> {
    const films = files.filter(mayBeFilm);
    const wrong = files.filter((file) => !mayBeFilm(file)).map(({ name }) => `${name} is not a film.`);
    const failed: string[] = [];
    for (const [index, film] of films.entries()) {
      this.addWords = `Saving ${film.name}, ${index + 1} of ${films.length}…`;
      const outcome = await this.#options.inBrowser.add(this.#options.projectId, film);
      if (typeof outcome === 'string') failed.push(`${film.name} is not on disk: ${outcome}`);
    }
    const saved = films.length - failed.length;
    const good = saved > 0 ? [`${formatCount(saved, 'film')} saved to disk.`] : [];
    this.addWords = [...good, ...failed, ...wrong].join(' ');
    if (films.length > 0) await this.refresh();
  }

  /** Saves an item: from this browser where it has the file, else from its provider. */
  async saveOne(item: MediaItemView): Promise<void> {
    const entry = this.entryOf(item);
    if (entry) return this.saveEntry(entry);
    if (this.busy.has(item.id)) return;
    this.busy.add(item.id);
    this.problems.delete(item.id);
    try {
      const { projectId, fetcher } = this.#options;
      this.list.change(await saveItem(projectId, item.id, fetcher));
      await this.#options.onchange();
    } catch (error) {
      this.problems.set(item.id, whyNot(error));
    } finally {
      this.busy.delete(item.id);
    }
  }

  async saveEntry(entry: KeptFile): Promise<void> {
    await this.#options.inBrowser.save(entry);
    await this.refresh();
  }

  /** Forgets a file of this browser, and its item on the server, unless that has the file by now. */
  async discard(entry: KeptFile): Promise<void> {
    const { inBrowser, projectId, fetcher } = this.#options;
    await inBrowser.drop(entry);
    try {
      const { files } = await fetchItemDeletion(projectId, entry.id, fetcher);
      if (files === 0) await deleteItem(projectId, entry.id, fetcher);
    } catch {
      // It was never listed, or stays on the list, from which it can be deleted.
    }
    await this.refresh();
  }

  /** Everything: first what this browser has, which nobody else can save, then what the server can fetch by itself. */
  async saveAll(): Promise<void> {
    if (this.isSending || this.saving.isSaving) return;
    this.isSending = true;
    const { inBrowser, projectId } = this.#options;
    const entries = inBrowser.of(projectId);
    for (const [index, entry] of entries.entries()) {
      this.sendWords = `Sending ${entry.name}, ${index + 1} of ${formatCount(entries.length, 'file')} of this browser…`;
      await inBrowser.save(entry);
    }
    this.sendWords = '';
    this.isSending = false;
    await this.saving.start();
    await this.refresh();
  }

  /** The file of an item, where this browser has it. */
  entryOf({ id }: Pick<MediaItemView, 'id'>): KeptFile | undefined {
    return this.#options.inBrowser.of(this.#options.projectId).find((entry) => entry.id === id);
  }

  /** Shows what there is now. */
  async refresh(): Promise<void> {
    await this.list.refresh();
    await this.#options.onchange();
  }
}
