// `npm run versions -- <spot> <era>`: the finished films of one place in one time, and what can be done with them.
import './shared/require-node.js';
import {
  type DeletedVersion,
  deleteVersion,
  listDeletedVersions,
  listVersions,
  ReelError,
  restoreVersion,
  undoDelete,
  type VideoVersion,
  videoKey,
} from '#lib/wanx/index.ts';
import { canAsk, confirm } from './shared/confirm.ts';
import { type Context, newCommand, numberBetween, runCommand } from './shared/options/command.ts';
import { EXIT, type ExitCode } from './shared/options/exit-codes.ts';
import { formatBytes, formatDollars, formatMoment, formatSeconds } from './shared/views/format.ts';
import { table } from './shared/views/table.ts';

const number = numberBetween(1, 999_999_999, true);

const program = newCommand('versions', 'Shows the finished films of a spot in an era, current and former.')
  .argument('<spot>', 'for example eiffel-tower')
  .argument('<era>', 'for example 1900')
  .option('--restore <number>', 'make this one the current film; costs nothing', number)
  .option('--delete <number>', 'delete this one; can be undone for a day', number)
  .option('--undo [number]', 'take the last deletion back, or that of this one', number)
  .option('--yes', 'delete without asking')
  .parse();

const [spotId = '', eraId = ''] = program.args;
const { restore, delete: doomed, undo, yes, ...given } = program.opts();

await runCommand(
  given,
  async (context) => {
    if ([restore, doomed, undo].filter((one) => one !== undefined).length > 1) {
      throw new ReelError('invalid-input', 'Give one of --restore, --delete and --undo at a time.');
    }
    const exitCode = await change(context);
    await show(context);
    return exitCode;
  },
  { need: 'folder' },
);

/** By key and not by catalogue: what a script made outside of it is there, too. */
async function change({ output, signal, npmRun }: Context): Promise<ExitCode> {
  const key = videoKey(spotId, eraId);
  if (restore !== undefined) {
    await restoreVersion(spotId, eraId, restore);
    output.say(`${key}: version ${restore} is the current film.`);
  } else if (undo !== undefined) {
    await undoDelete(spotId, eraId, undo === true ? undefined : undo);
    output.say(`${key}: the deletion is taken back.`);
  } else if (doomed !== undefined) {
    if (yes !== true && !(await mayDelete(doomed, signal))) {
      output.say('Nothing was deleted.');
      return EXIT.ok;
    }
    await deleteVersion(spotId, eraId, doomed);
    output.say(
      `${key}: version ${doomed} is deleted. To undo that within a day: ${npmRun('versions', `${spotId} ${eraId} --undo`)}`,
    );
  }
  return EXIT.ok;
}

/** @throws ReelError `invalid-input` where nobody can be asked */
async function mayDelete(version: number, signal: AbortSignal): Promise<boolean> {
  if (canAsk()) return confirm(`Delete version ${version} of ${videoKey(spotId, eraId)}?`, signal);
  const advice = 'there is no terminal to ask on. Add --yes to delete without being asked.';
  throw new ReelError('invalid-input', `Nothing was deleted: ${advice}`);
}

async function show(context: Context): Promise<void> {
  const { output, isSandbox, npmRun } = context;
  const versions = await listVersions(spotId, eraId);
  const deleted = await listDeletedVersions(spotId, eraId);
  for (const one of versions) output.event('version', { spotId, eraId, ...one });
  for (const one of deleted) output.event('deleted', { spotId, eraId, ...one });
  if (isSandbox) output.say('Films of the sandbox:', 'bold');
  if (versions.length + deleted.length === 0) {
    output.say(`${videoKey(spotId, eraId)} has no finished film.`);
    return;
  }
  const rows = [...versions.map((one) => row(one, isSandbox)), ...deleted.map((one) => deletedRow(one, isSandbox))];
  output.say(
    table(['version', '', 'made', 'model', 'length', 'size', 'cost', 'file'], rows, {
      columns: output.columns,
      expendable: ['model', 'cost', 'length'],
    }),
  );
  const former = versions.find(({ isCurrent }) => !isCurrent);
  if (former) output.say(`To restore one: ${npmRun('versions', `${spotId} ${eraId} --restore ${former.version}`)}`);
}

function row(film: VideoVersion, isSandbox: boolean): string[] {
  const { version, isCurrent, completedAt, model = '', receipt, sizeBytes, localPath } = film;
  return [
    String(version),
    isCurrent ? 'current' : '',
    completedAt === undefined ? '' : formatMoment(completedAt),
    model,
    formatSeconds(receipt?.delivered?.durationSeconds),
    sizeBytes === undefined ? '' : formatBytes(sizeBytes),
    isSandbox ? 'sandbox' : receipt ? formatDollars(receipt.charged.usd) : '',
    localPath,
  ];
}

function deletedRow(film: DeletedVersion, isSandbox: boolean): string[] {
  const [version = '', , ...rest] = row(film, isSandbox);
  return [version, `deleted, until ${formatMoment(film.undoUntil)}`, ...rest.slice(0, -1), ''];
}
