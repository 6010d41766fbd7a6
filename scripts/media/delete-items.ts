import {
  type DeletedSize,
  deleteMediaItem,
  listDeletedItems,
  listMediaItems,
  ReelError,
  restoreMediaItem,
} from '#lib/media/index.ts';
import type { Context } from '../shared/options/command.ts';
import { EXIT, type ExitCode } from '../shared/options/exit-codes.ts';
import { count } from '../shared/views/format.ts';
import { amountOf, type Deletion, mayDelete } from './delete.ts';

interface Named {
  id: string;
  name: string;
}

/** Of some items of a project, given by ids or names. */
export function deleteOrRestoreItems(context: Context, deletion: Deletion, given: readonly string[]) {
  return deletion.undo ? restoreItems(context, deletion, given) : removeItems(context, deletion, given);
}

async function removeItems(context: Context, deletion: Deletion, given: readonly string[]): Promise<ExitCode> {
  const { output, signal, npmRun } = context;
  const { projectId, dryRun, yes } = deletion;
  const items = chosen(await listMediaItems(projectId), given, `no item of project ${projectId}`);
  const planned = await sumOf(items, ({ id }) => deleteMediaItem(projectId, id, { dryRun: true }));
  if (dryRun) {
    for (const { id, name } of items) output.event('deleted', { projectId, id, name, dryRun });
    output.say(`${projectId}: ${amountOf(planned)} would be deleted.`, 'bold');
    return EXIT.ok;
  }
  const question = `Delete ${items.map(({ name }) => name).join(', ')} of project ${projectId}: ${amountOf(planned)}?`;
  if (!yes && !(await mayDelete(question, signal))) {
    output.say('Nothing was deleted.');
    return EXIT.ok;
  }
  const deleted = await sumOf(items, async ({ id, name }) => {
    const size = await deleteMediaItem(projectId, id);
    output.event('deleted', { projectId, id, name, dryRun: false, ...size });
    return size;
  });
  output.say(`${projectId}: ${amountOf(deleted)} deleted.`, 'bold');
  const ids = items.map(({ id }) => (/^[\w.-]+$/.test(id) ? id : JSON.stringify(id))).join(' ');
  output.say(`To undo that within a day: ${npmRun('media', `delete --project ${projectId} --undo --item ${ids}`)}`);
  return EXIT.ok;
}

async function restoreItems(context: Context, deletion: Deletion, given: readonly string[]): Promise<ExitCode> {
  const { output } = context;
  const { projectId, dryRun } = deletion;
  const items = chosen(await listDeletedItems(projectId), given, 'nothing that can be brought back');
  for (const { id, name } of items) {
    const { localPath } = await restoreMediaItem(projectId, id, { dryRun });
    output.event('restored', { projectId, id, name, localPath, dryRun: dryRun === true });
  }
  const what = dryRun ? 'would be brought back' : items.length === 1 ? 'is back' : 'are back';
  output.say(`${projectId}: ${count(items.length, 'item')} ${what}.`, 'bold');
  return EXIT.ok;
}

/** @throws ReelError `not-found`; `invalid-input` for a name that several have */
function chosen<T extends Named>(items: readonly T[], given: readonly string[], missing: string): T[] {
  const found = given.map((text) => {
    const byId = items.find(({ id }) => id === text);
    const byName = items.filter(({ name }) => name === text);
    const [one = byId] = byId ? [byId] : byName;
    if (one === undefined) throw new ReelError('not-found', `${text} is ${missing}.`);
    if (!byId && byName.length > 1) throw isAmbiguous(text, byName);
    return one;
  });
  return [...new Set(found)];
}

function isAmbiguous(text: string, items: readonly Named[]): ReelError {
  const ids = items.map(({ id }) => id).join(', ');
  return new ReelError('invalid-input', `${items.length} items have the name ${text}. Give one of these ids: ${ids}.`);
}

async function sumOf<T>(items: readonly T[], act: (item: T) => Promise<DeletedSize>): Promise<DeletedSize> {
  const sum = { items: 0, files: 0, bytes: 0 };
  for (const item of items) {
    const size = await act(item);
    sum.items += size.items;
    sum.files += size.files;
    sum.bytes += size.bytes;
  }
  return sum;
}
