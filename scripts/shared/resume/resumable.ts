import type { Context } from '../options/command.ts';
import type { ExitCode } from '../options/exit-codes.ts';

/** Something that was ordered and is not here yet. */
export interface Unfinished {
  /** For people; no two of a provider have the same. */
  key: string;
  /** For programs: what names it in JSON. */
  ids: object;
  taskId?: string | undefined;
  /** ISO 8601: until when the provider keeps the result. */
  expiresAt?: string | undefined;
}

export interface ResumeTerms {
  timeoutMs: number | undefined;
  ifBusy: 'wait' | 'fail' | undefined;
  adopt: boolean | undefined;
}

export interface Ending {
  key: string;
  exitCode: ExitCode;
}

/** What `npm run resume` finishes of one provider. */
export interface Resumable {
  /** In JSON. */
  readonly id: string;
  /** `Wan: 2 of 3 videos ready.` */
  readonly name: string;
  readonly noun: string;
  /** What is known of one without a task; default: that its submission was never answered. */
  readonly withoutTask?: string;
  /** @throws ReelError if its records cannot be read or trusted */
  list(terms: ResumeTerms): Promise<Unfinished[]>;
  /** Prints how each has ended. @throws ReelError `config` if nothing can be done at all, for example without a key */
  finish(context: Context, unfinished: readonly Unfinished[], terms: ResumeTerms): Promise<Ending[]>;
  /** Ends its work in this process, and keeps what is unfinished for the next one. */
  stop(): Promise<void>;
}
