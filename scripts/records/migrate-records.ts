// `npm run migrate-records`: moves all records to a database, to another one, or back to the JSON files.
import '../shared/require-node.js';
import { commandLine } from '#lib/base/command-line.ts';
import { ReelError } from '#lib/base/errors.ts';
import { readSettings } from '#lib/config.ts';
import { repointJson } from '#lib/stores/records/move/json-guard.server.ts';
import { giveUpMove, type MoveResult, moveRecords } from '#lib/stores/records/move/move-records.server.ts';
import { type Context, newCommand, runCommand } from '../shared/options/command.ts';
import { EXIT, type ExitCode } from '../shared/options/exit-codes.ts';
import { type MovablePart, recordParts } from '../shared/record-parts.ts';
import { count } from '../shared/views/format.ts';

const program = newCommand(
  'migrate-records',
  'Moves all records from the JSON files to REELKEEP_DATABASE, or between other places.',
)
  .option('--to <place>', 'json, sqlite:path or postgres://…; default: REELKEEP_DATABASE')
  .option('--from <place>', 'likewise; default: the JSON files, or with --to json REELKEEP_DATABASE')
  .option('--dry-run', 'only show what would be moved')
  .option('--give-up', 'leave the records where they were, after a move that was interrupted')
  .addHelpText(
    'after',
    '\nStop Reelkeep everywhere first. A move that was interrupted is completed by running it again.',
  )
  .parse();

const { to, from, dryRun, giveUp, ...given } = program.opts();

await runCommand(
  given,
  async (context) => {
    const settings = readSettings();
    const [source, target] = placesOf(settings.database);
    const parts = recordParts(settings);
    // Before any is moved: records must not end in two places because one drive is not connected.
    for (const part of parts) part.assertReachable();
    for (const part of parts) {
      if (context.isInterrupted()) return EXIT.interrupted;
      await treat(context, part, source, target);
    }
    if (!dryRun && !giveUp) context.output.say(adviceOn(target, settings.database));
    return EXIT.ok satisfies ExitCode;
  },
  { need: 'folder' },
);

/** @returns undefined for the JSON files. @throws ReelError `config` where both are the same, or none is given */
function placesOf(configured: string | undefined): [source: string | undefined, target: string | undefined] {
  const target = to === undefined ? configured : databaseOf(to);
  const source =
    from === undefined ? (to !== undefined && target === undefined ? configured : undefined) : databaseOf(from);
  if (source !== target) return [source, target];
  const example = commandLine('migrate-records', '--to sqlite:records.db');
  throw new ReelError(
    'config',
    `Say where the records are to go: set REELKEEP_DATABASE, or give --to. Example: ${example}`,
  );
}

/** By the rules of the setting. */
function databaseOf(place: string): string | undefined {
  return place === 'json' ? undefined : readSettings({ ...process.env, REELKEEP_DATABASE: place }).database;
}

async function treat(
  { output }: Context,
  part: MovablePart,
  source: string | undefined,
  target: string | undefined,
): Promise<void> {
  const [home, next] = [part.homeIn(source), part.homeIn(target)];
  if (dryRun) {
    const { records, transfer } = await home.look();
    output.event('records', {
      part: part.name,
      from: home.name,
      to: next.name,
      records,
      state: transfer?.state ?? 'in-use',
    });
    output.say(`${part.name}: ${count(records, 'record')} in ${home.name}${transfer ? ` (${transfer.state})` : ''}`);
    return;
  }
  if (giveUp) {
    const isGivenUp = await giveUpMove(part.name, home, next);
    output.event('given-up', { part: part.name, givenUp: isGivenUp });
    if (isGivenUp) output.say(`${part.name}: the records are in use in ${home.name} again.`);
    return;
  }
  const result = await moveRecords(part.name, home, next, { now: Date.now });
  if (source !== undefined && target !== undefined) await repointJson(part.jsonPath, next.name);
  output.event('moved', { ...result, from: home.name, to: next.name });
  output.say(`${part.name}: ${describe(result, next.name)}`);
}

function describe({ outcome, records, sha256 }: MoveResult, place: string): string {
  if (outcome === 'nothing') return 'no records';
  const state = outcome === 'moved' ? 'moved to' : 'already in';
  return `${count(records, 'record')} ${state} ${place}${sha256 === undefined ? '' : `, SHA-256 ${sha256} on both sides`}`;
}

function adviceOn(target: string | undefined, configured: string | undefined): string {
  if (target === configured) return 'REELKEEP_DATABASE is set to it already: start Reelkeep again.';
  if (target === undefined) return 'Now unset REELKEEP_DATABASE everywhere, then start Reelkeep again.';
  return 'Now set REELKEEP_DATABASE to it everywhere, then start Reelkeep again.';
}
