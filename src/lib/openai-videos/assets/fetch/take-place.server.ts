import { namesFor, nextVersion, type Place } from '#lib/openai-videos/assets/job/names.ts';
import { placeClaim } from '#lib/openai-videos/assets/job/record.ts';
import { safeName } from '#lib/openai-videos/assets/job/safe-name.server.ts';
import type { HeldDownload, WorkContext } from './context.ts';

/**
 * Gives the job its file names, unless it has them from an earlier try: the next version of its video. Two processes
 * cannot both take one, as the check for another owner and the write are one step.
 */
export async function takePlace(held: HeldDownload, context: WorkContext): Promise<Place> {
  const { storage } = context;
  let taken: Place | undefined;
  for (;;) {
    const { place } = held.record;
    if (place) return place;
    const others = context.records();
    const names = namesFor(held.record, others, safeName);
    // Of other names, which the records have led to meanwhile, nothing is taken.
    const isTaken = taken?.folder === names.folder && taken.stem === names.stem;
    const lowest = taken && isTaken ? taken.version + 1 : 1;
    const version = Math.max(lowest, nextVersion(names, others, await storage.fileNames(names)));
    const wanted = { ...names, version };
    const claim = placeClaim(storage.name, wanted);
    await held.patch((current, step) => (step.ownerOf(claim) === undefined ? { place: current.place ?? wanted } : {}), {
      claims: [claim],
    });
    // Taken by another process since: see what it is.
    if (!held.record.place) await context.refresh();
    taken = wanted;
  }
}
