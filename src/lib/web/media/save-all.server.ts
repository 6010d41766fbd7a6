import { messageOf } from '#lib/base/errors.ts';
import { processWide } from '#lib/base/process-wide.ts';
import { assertProjectId, type SaveAllReport, saveAllToDisk } from '#lib/media/index.ts';
import { mediaPictureWork } from './background/draw-pictures.server.ts';
import { forManagers } from './for-managers.server.ts';
import type { SaveAllView } from './media-view.ts';
import { SavingProgress } from './saving-progress.ts';

interface Saving {
  progress: SavingProgress;
  /** How it has ended; undefined while it goes on. */
  outcome: Pick<SaveAllView, 'state' | 'report' | 'error'> | undefined;
  stop: AbortController;
  ended: Promise<void>;
}

/** The last saving of each project, in this process. */
const savings = processWide('reelkeep.media-savings', () => new Map<string, Saving>());

/** Begins to save a whole project, unless that goes on already; goes on when the visitor leaves. @throws ProblemError */
export async function startSaveAll(projectId: string): Promise<SaveAllView> {
  await forManagers(async () => assertProjectId(projectId));
  const saving = savings.get(projectId);
  if (!saving || saving.outcome) begin(projectId);
  return saveAllState(projectId);
}

/** How far the saving of a project has come, or how the last one ended. */
export function saveAllState(projectId: string): SaveAllView {
  const saving = savings.get(projectId);
  if (!saving) return { state: 'idle', done: 0, total: 0 };
  const { progress, outcome } = saving;
  return outcome ? { ...progress.counts(), ...outcome } : { state: 'saving', ...progress.view() };
}

/** For the end of the server: what is half fetched is continued by the next saving. */
export async function stopSavingAll(): Promise<void> {
  for (const { stop } of savings.values()) stop.abort();
  await Promise.all([...savings.values()].map(({ ended }) => ended));
}

function begin(projectId: string): void {
  const stop = new AbortController();
  const progress = new SavingProgress();
  const saving: Saving = { progress, outcome: undefined, stop, ended: Promise.resolve() };
  savings.set(projectId, saving);
  const work = forManagers(() =>
    saveAllToDisk(projectId, { signal: stop.signal, onProgress: (one) => progress.take(one) }),
  );
  const end = (outcome: Saving['outcome']) => {
    saving.outcome = outcome;
  };
  saving.ended = work
    .finally(() => void mediaPictureWork.look())
    .then(
      (report) => end({ state: 'done', report: reportView(report) }),
      (error) => end({ state: 'failed', error: messageOf(error) }),
    );
}

function reportView({ saved, alreadyThere, inBrowser, lost, failed }: SaveAllReport): SaveAllView['report'] {
  return {
    ...{ saved: saved.length, alreadyThere: alreadyThere.length, inBrowser: inBrowser.length },
    lost: lost.map(({ item, reason }) => ({ name: item.name, reason })),
    failed: failed.map(({ item, error }) => ({ name: item.name, reason: error })),
  };
}
