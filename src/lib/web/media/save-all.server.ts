import { messageOf } from '#lib/base/errors.ts';
import { processWide } from '#lib/base/process-wide.ts';
import { assertProjectId, type SaveAllProgress, type SaveAllReport, saveAllToDisk } from '#lib/media/index.ts';
import { forManagers } from './for-managers.server.ts';
import type { SaveAllView } from './media-view.ts';

interface Saving {
  view: SaveAllView;
  /** Of the items that are being downloaded. */
  speeds: Map<string, number>;
  stop: AbortController;
  ended: Promise<void>;
}

/** The last saving of each project, in this process. */
const savings = processWide('reelkeep.media-savings', () => new Map<string, Saving>());

/** Begins to save a whole project, unless that goes on already; goes on when the visitor leaves. @throws ProblemError */
export async function startSaveAll(projectId: string): Promise<SaveAllView> {
  await forManagers(async () => assertProjectId(projectId));
  if (savings.get(projectId)?.view.state !== 'saving') begin(projectId);
  return saveAllState(projectId);
}

/** How far the saving of a project has come, or how the last one ended. */
export function saveAllState(projectId: string): SaveAllView {
  const saving = savings.get(projectId);
  if (!saving) return { state: 'idle', done: 0, total: 0 };
  const bytesPerSecond = [...saving.speeds.values()].reduce((sum, speed) => sum + speed, 0);
  return { ...saving.view, ...(saving.view.state === 'saving' && { bytesPerSecond }) };
}

/** For the end of the server: what is half fetched is continued by the next saving. */
export async function stopSavingAll(): Promise<void> {
  for (const { stop } of savings.values()) stop.abort();
  await Promise.all([...savings.values()].map(({ ended }) => ended));
}

function begin(projectId: string): void {
  const stop = new AbortController();
  const saving: Saving = {
    view: { state: 'saving', done: 0, total: 0 },
    speeds: new Map(),
    stop,
    ended: Promise.resolve(),
  };
  savings.set(projectId, saving);
  const work = forManagers(() =>
    saveAllToDisk(projectId, { signal: stop.signal, onProgress: (progress) => follow(saving, progress) }),
  );
  saving.ended = work.then(
    (report) => end(saving, { state: 'done', report: reportView(report) }),
    (error) => end(saving, { state: 'failed', error: messageOf(error) }),
  );
}

function follow(saving: Saving, { item, state, done, total, bytesPerSecond }: SaveAllProgress): void {
  saving.view = { state: 'saving', done, total };
  if (state === 'downloading') saving.speeds.set(item.id, bytesPerSecond ?? 0);
  else saving.speeds.delete(item.id);
}

function end(saving: Saving, view: Pick<SaveAllView, 'state' | 'report' | 'error'>): void {
  const { done, total } = saving.view;
  saving.view = { done, total, ...view };
}

function reportView({ saved, alreadyThere, inBrowser, lost, failed }: SaveAllReport): SaveAllView['report'] {
  return {
    ...{ saved: saved.length, alreadyThere: alreadyThere.length, inBrowser: inBrowser.length },
    lost: lost.map(({ item, reason }) => ({ name: item.name, reason })),
    failed: failed.map(({ item, error }) => ({ name: item.name, reason: error })),
  };
}
