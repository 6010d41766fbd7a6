import { listDeletedItems, listMediaItems, type MediaItem, mediaLibrary, summarizeProjects } from '#lib/media/index.ts';
import { type MediaItemView, toView } from '#lib/web/media/media-view.ts';
import type { Context } from '../shared/options/command.ts';
import { EXIT, type ExitCode } from '../shared/options/exit-codes.ts';
import { count, formatBytes, formatMoment, formatSeconds } from '../shared/views/format.ts';
import { table } from '../shared/views/table.ts';

const MOST_NAMES = 10;

const BADGES: Record<MediaItemView['badge'], string> = {
  'on-disk': 'on disk',
  'in-browser': 'in a browser',
  'in-cloud': 'in the cloud',
  remote: 'remote',
  lost: 'lost',
  offline: 'offline',
};

/** @param projectId undefined: an overview of all projects */
export async function list(context: Context, projectId: string | undefined): Promise<ExitCode> {
  if (projectId === undefined) await listAll(context);
  else await listItems(context, projectId);
  return EXIT.ok;
}

async function listAll(context: Context): Promise<void> {
  const { output, npmRun } = context;
  const { root } = mediaLibrary();
  const rows: string[][] = [];
  for (const { projectId, items, deletedUntilMs } of await summarizeProjects()) {
    if (deletedUntilMs !== undefined) {
      sayDeleted(context, projectId, deletedUntilMs);
      continue;
    }
    const local = (await listMediaItems(projectId)).filter(({ isLocalFile }) => isLocalFile);
    const bytes = sizeOf(local);
    output.event('project', { projectId, items, localItems: local.length, bytes });
    rows.push([projectId, String(items), String(local.length), formatBytes(bytes)]);
  }
  output.say(`Media library: ${root}`, 'bold');
  if (rows.length === 0) output.say('It has no projects.');
  else output.say(table(['project', 'items', 'on disk', 'size'], rows, { columns: output.columns }));
  if (rows.some(([, items, local]) => items !== local)) {
    output.say(`To save what is not on disk: ${npmRun('media', 'save-all')}`);
  }
}

/** What was deleted more than a day ago is still on record until the library is used the next time. */
function sayDeleted({ output, npmRun }: Context, projectId: string, untilMs: number): void {
  if (untilMs <= Date.now()) return;
  const deletedUntil = new Date(untilMs).toISOString();
  output.event('project', { projectId, items: 0, localItems: 0, bytes: 0, deletedUntil });
  const way = npmRun('media', `delete --project ${projectId} --undo`);
  output.say(`${projectId} was deleted. Until ${formatMoment(deletedUntil)} this brings it back: ${way}`);
}

async function listItems(context: Context, projectId: string): Promise<void> {
  const { output } = context;
  const viewing = { nowMs: Date.now(), makesPictures: false };
  const items = await listMediaItems(projectId);
  const views = items.map((item) => toView(projectId, item, viewing));
  for (const view of views) output.event('item', { projectId, ...view });
  await sayDeletedItems(context, projectId);
  if (views.length === 0) {
    output.say(`Project ${projectId} has no items.`);
    return;
  }
  const headings = ['name', 'where', 'type', 'length', 'size', 'made', 'why'];
  const options = { columns: output.columns, expendable: ['made', 'type', 'length'] };
  output.say(table(headings, views.map(row), options));
  const local = items.filter(({ isLocalFile }) => isLocalFile);
  output.say(`${count(items.length, 'item')}, ${local.length} on disk with ${formatBytes(sizeOf(local))}.`, 'bold');
}

async function sayDeletedItems({ output, npmRun }: Context, projectId: string): Promise<void> {
  const deleted = await listDeletedItems(projectId);
  for (const { id, name, deletedUntilMs } of deleted) {
    output.event('deleted-item', { projectId, id, name, deletedUntil: new Date(deletedUntilMs).toISOString() });
  }
  if (deleted.length === 0) return;
  const names = deleted.slice(0, MOST_NAMES).map(({ name }) => name);
  const more = deleted.length > MOST_NAMES ? ` and ${deleted.length - MOST_NAMES} more` : '';
  const way = npmRun('media', `delete --project ${projectId} --undo --item <name>`);
  output.say(`Deleted within the last day: ${names.join(', ')}${more}. To bring one back: ${way}`);
}

function row({ name, badge, type, duration, fileSize, createdAt, expiresAt, lostReason }: MediaItemView): string[] {
  const until = badge === 'remote' && expiresAt !== undefined ? ` until ${formatMoment(expiresAt)}` : '';
  return [
    ...[name, BADGES[badge] + until, type, formatSeconds(duration)],
    fileSize > 0 ? formatBytes(fileSize) : '',
    formatMoment(new Date(createdAt).toISOString()),
    badge === 'lost' ? (lostReason ?? '') : '',
  ];
}

function sizeOf(items: readonly MediaItem[]): number {
  return items.reduce((sum, { fileSize }) => sum + fileSize, 0);
}
