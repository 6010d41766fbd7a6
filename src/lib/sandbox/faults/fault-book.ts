import { z } from 'zod';
import { ReelError } from '#lib/base/errors.ts';
import { type FaultTable, faultSchemaOf, type ScriptedFault } from './fault.ts';

/** What a request or task is about, as far as it is known. */
export interface FaultSubject {
  prompt?: string | undefined;
  model?: string | undefined;
  taskId?: string | undefined;
}

interface Scripted<Name extends string, Place extends string> {
  fault: ScriptedFault<Name, Place>;
  place: Place;
  seen: number;
  left: number;
}

/** `[sandbox:cut]` or `[sandbox:cut@65536]` in a prompt scripts that fault for the request and task of the prompt. */
const MARKER = /\[sandbox:([a-z0-9-]+)(?:@(\d+))?\]/g;

/** The faults still to come, in the order in which they were scripted. */
export class FaultBook<Name extends string, Place extends string> {
  readonly #table: FaultTable<Name, Place>;
  #scripted: Scripted<Name, Place>[] = [];
  #marked = new Set<string>();

  constructor(table: FaultTable<Name, Place>) {
    this.#table = table;
  }

  /** Adds a fault; throws `invalid-input` for a fault that could never occur. */
  script(input: unknown): void {
    const parsed = faultSchemaOf(this.#table).safeParse(input);
    if (!parsed.success) {
      throw new ReelError('invalid-input', `The sandbox cannot script this fault. ${z.prettifyError(parsed.error)}`);
    }
    const fault: ScriptedFault<Name, Place> = parsed.data;
    const kind = this.#table.kinds[fault.fault];
    if (fault.on !== undefined && kind.place !== 'any') {
      throw new ReelError('invalid-input', `The fault ${fault.fault} applies to a fixed place; leave out "on".`);
    }
    const place = kind.place === 'any' ? (fault.on ?? this.#table.places[0]) : kind.place;
    const left = fault.times === 'always' ? Number.POSITIVE_INFINITY : (fault.times ?? 1);
    this.#scripted.push({ fault, place, seen: 0, left });
  }

  /** Scripts the faults that a prompt names, once for each distinct prompt, so that a second try goes well. */
  noticeMarkers(prompt: string): void {
    if (this.#marked.has(prompt)) return;
    this.#marked.add(prompt);
    for (const [, name = '', atByte] of prompt.matchAll(MARKER)) {
      if (!Object.hasOwn(this.#table.kinds, name)) continue;
      this.script({ fault: name, match: { prompt }, ...(atByte === undefined ? {} : { atByte: Number(atByte) }) });
    }
  }

  /**
   * The faults that hit this request, at most one of them exclusive; they are used up by the call. A fault that is held
   * back by an earlier exclusive one does not count this request.
   */
  take(
    place: Place,
    subject: FaultSubject,
    only: (fault: ScriptedFault<Name, Place>) => boolean = () => true,
  ): Map<Name, ScriptedFault<Name, Place>> {
    const taken = new Map<Name, ScriptedFault<Name, Place>>();
    let decided = false;
    for (const entry of this.#scripted) {
      const { fault } = entry;
      const exclusive = this.#table.kinds[fault.fault].exclusive;
      if (entry.place !== place || entry.left === 0 || (exclusive && decided) || taken.has(fault.fault)) continue;
      if (!only(fault) || !fits(fault, subject)) continue;
      entry.seen += 1;
      if (entry.seen < (fault.match?.nth ?? 1)) continue;
      entry.left -= 1;
      taken.set(fault.fault, fault);
      decided ||= exclusive;
    }
    this.#scripted = this.#scripted.filter((entry) => entry.left > 0);
    return taken;
  }

  /** The outcome fault for a task that is already there: only one that names a task or prompt can mean it. */
  takeForExistingTask(place: Place, subject: FaultSubject): ScriptedFault<Name, Place> | undefined {
    const named = ({ match }: ScriptedFault<Name, Place>) => (match?.taskId ?? match?.prompt) !== undefined;
    return [...this.take(place, subject, named).values()][0];
  }

  pending(): ScriptedFault<Name, Place>[] {
    return this.#scripted.map(({ fault }) => fault);
  }

  clear(): void {
    this.#scripted = [];
    this.#marked.clear();
  }
}

function fits(fault: ScriptedFault, subject: FaultSubject): boolean {
  const { prompt, model, taskId } = fault.match ?? {};
  if (model !== undefined && model !== subject.model) return false;
  if (taskId !== undefined && taskId !== subject.taskId) return false;
  if (prompt === undefined) return true;
  if (subject.prompt === undefined) return false;
  return typeof prompt === 'string' ? subject.prompt.includes(prompt) : prompt.test(subject.prompt);
}
