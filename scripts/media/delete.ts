import { type DeletedSize, deleteProject, ReelError, restoreProject } from '#lib/media/index.ts';
import { canAsk, confirm } from '../shared/confirm.ts';
import type { Context } from '../shared/options/command.ts';
import { EXIT, type ExitCode } from '../shared/options/exit-codes.ts';
import { count, formatBytes } from '../shared/views/format.ts';

export interface Deletion {
  projectId: string;
  dryRun: true | undefined;
  yes: true | undefined;
  undo: true | undefined;
}

export function deleteOrRestore(context: Context, deletion: Deletion): Promise<ExitCode> {
  return deletion.undo ? restore(context, deletion) : remove(context, deletion);
}

async function remove({ output, signal, npmRun }: Context, { projectId, dryRun, yes }: Deletion): Promise<ExitCode> {
  const planned = await deleteProject(projectId, { dryRun: true });
  const amount = amountOf(planned);
  if (dryRun) {
    output.event('deleted', { projectId, dryRun, ...planned });
    output.say(`${projectId}: ${amount} would be deleted.`, 'bold');
    return EXIT.ok;
  }
  if (!yes && !(await mayDelete(`Delete project ${projectId}: ${amount}?`, signal))) {
    output.say('Nothing was deleted.');
    return EXIT.ok;
  }
  const deleted = await deleteProject(projectId);
  output.event('deleted', { projectId, dryRun: false, ...deleted });
  output.say(`${projectId}: ${amountOf(deleted)} deleted.`, 'bold');
  output.say(`To undo that within a day: ${npmRun('media', `delete --project ${projectId} --undo`)}`);
  return EXIT.ok;
}

async function restore({ output }: Context, { projectId, dryRun }: Deletion): Promise<ExitCode> {
  const restored = await restoreProject(projectId, { dryRun });
  output.event('restored', { projectId, dryRun: dryRun === true, ...restored });
  output.say(`${projectId}: ${amountOf(restored)} ${dryRun ? 'would be brought back' : 'are back'}.`, 'bold');
  return EXIT.ok;
}

/** @throws ReelError `invalid-input` where nobody can be asked */
export async function mayDelete(question: string, signal: AbortSignal): Promise<boolean> {
  if (canAsk()) return confirm(question, signal);
  throw new ReelError('invalid-input', 'Nothing was deleted: there is no terminal to ask on. Add --yes, or --dry-run.');
}

export function amountOf({ items, files, bytes }: DeletedSize): string {
  return `${count(items, 'item')}, ${count(files, 'file')} with ${formatBytes(bytes)}`;
}
