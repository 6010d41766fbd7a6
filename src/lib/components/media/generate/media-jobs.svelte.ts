import type { MediaJob, MediaJobs } from '#lib/web/media/media-view.ts';
import { isEnded } from '../media-words.ts';

export interface MediaJobsTools {
  look: () => Promise<MediaJobs>;
  /** Called once something has ended that was under way: there may be new items. */
  onend: () => void;
}

/** What is being made for a project, as it was last seen. */
export class JobsOfProject {
  jobs: readonly MediaJob[] = $state.raw([]);
  readonly isUnderWay = $derived(this.jobs.some((job) => !isEnded(job)));
  readonly #tools: MediaJobsTools;

  constructor(tools: MediaJobsTools) {
    this.#tools = tools;
  }

  /** A server that does not respond is asked again. */
  async look(): Promise<void> {
    const answer = await this.#tools.look().catch(() => undefined);
    if (!answer) return;
    const running = new Set(this.jobs.filter((job) => !isEnded(job)).map(({ jobId }) => jobId));
    const left = new Set(answer.jobs.filter((job) => !isEnded(job)).map(({ jobId }) => jobId));
    this.jobs = answer.jobs;
    if ([...running].some((jobId) => !left.has(jobId))) this.#tools.onend();
  }
}
