import {
  adoptFiles,
  isReelError,
  listProjects,
  type SaveAllProgress,
  type SaveAllReport,
  saveAllToDisk,
} from '#lib/media/index.ts';
import type { Context } from '../shared/options/command.ts';
import { EXIT, type ExitCode, exitCodeOfAll } from '../shared/options/exit-codes.ts';
import { formatBytes } from '../shared/views/format.ts';

/** @param given undefined: every project */
export async function saveAll(context: Context, given: string | undefined): Promise<ExitCode> {
  // A project may have nothing but files that no item has yet.
  if (given === undefined) await adoptFiles();
  const projects = given === undefined ? (await listProjects()).map(({ projectId }) => projectId) : [given];
  if (projects.length === 0) context.output.say('The media library has no projects.');
  const codes: ExitCode[] = [];
  // One after the other: the items of each are saved side by side.
  for (const projectId of projects) codes.push(await saveProject(context, projectId));
  return exitCodeOfAll(codes);
}

/** One that another process is working on does not keep the others from being saved. */
async function saveProject(context: Context, projectId: string): Promise<ExitCode> {
  const { output } = context;
  try {
    const report = await saveItems(context, projectId);
    output.closeView();
    output.event('report', { projectId, ...shownReport(report) });
    output.say(`${projectId}: ${summaryOf(report)}`, 'bold');
    return codeOf(report);
  } catch (error) {
    if (!isReelError(error) || error.code !== 'busy') throw error;
    output.error(error.message);
    output.event('error', { projectId, code: error.code, error: error.message, retryable: true });
    return EXIT.busy;
  }
}

/**
 * Saves all items of a project, or those of some ids, and shows how they get on.
 * @throws ReelError as `saveAllToDisk`
 */
export async function saveItems(context: Context, projectId: string, only?: readonly string[]): Promise<SaveAllReport> {
  const { output, signal, npmRun } = context;
  const onProgress = (progress: SaveAllProgress) => show(context, projectId, progress);
  try {
    return await saveAllToDisk(projectId, { ...{ signal, only }, onProgress });
  } catch (error) {
    output.closeView();
    if (signal.aborted) output.say(`Nothing is lost. To go on: ${npmRun('media', `save-all --project ${projectId}`)}`);
    throw error;
  }
}

function show({ output }: Context, projectId: string, progress: SaveAllProgress): void {
  const {
    item,
    state,
    reason,
    bytesReceived = 0,
    bytesSent = 0,
    bytesTotal,
    bytesPerSecond = 0,
    etaSeconds,
  } = progress;
  const key = `${projectId}/${item.name}`;
  const ids = { projectId, id: item.id, name: item.name };
  if (state === 'downloading') {
    const left = { ...(bytesTotal !== undefined && { bytesTotal }), ...(etaSeconds !== undefined && { etaSeconds }) };
    output.progress(key, { stage: state, bytesReceived, bytesPerSecond, ...left }, ids);
    return;
  }
  if (state === 'uploading') {
    output.progress(key, { stage: state, bytesSent, bytesTotal: bytesTotal ?? item.fileSize }, ids);
    return;
  }
  const { localPath, fileSize } = item;
  output.event('item', { ...ids, state, localPath, fileSize, reason });
  if (state === 'saved') output.done(key, `${key}: saved, ${formatBytes(fileSize)}\n  ${localPath}`);
  else if (state === 'inBrowser') output.done(key, `${key}: only a browser has it. Save it there, on the page /media.`);
  else if (reason !== undefined) output.failed(key, `${key}: ${state === 'lost' ? 'lost. ' : ''}${reason}`);
}

function shownReport({ saved, alreadyThere, inBrowser, lost, failed }: SaveAllReport) {
  const named = ({ item: { id, name } }: SaveAllReport['lost'][number] | SaveAllReport['failed'][number]) => ({
    id,
    name,
  });
  return {
    ...{ saved: saved.length, alreadyThere: alreadyThere.length, inBrowser: inBrowser.length },
    lost: lost.map((one) => ({ ...named(one), reason: one.reason })),
    failed: failed.map((one) => ({ ...named(one), reason: one.error, code: one.code })),
  };
}

function summaryOf({ saved, alreadyThere, inBrowser, lost, failed }: SaveAllReport): string {
  const rest = [
    [inBrowser.length, 'only in a browser'],
    [lost.length, 'lost'],
    [failed.length, 'failed'],
  ] as const;
  const others = rest.filter(([number]) => number > 0).map(([number, words]) => `${number} ${words}`);
  return `${[`${saved.length} saved`, `${alreadyThere.length} already there`, ...others].join(', ')}.`;
}

/** What a browser has is not lost: it is for its page to save. */
export function codeOf({ saved, alreadyThere, lost, failed }: SaveAllReport): ExitCode {
  if (lost.length + failed.length === 0) return EXIT.ok;
  return saved.length + alreadyThere.length > 0 ? EXIT.someFailed : EXIT.failed;
}
