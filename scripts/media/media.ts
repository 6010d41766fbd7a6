// `npm run media -- list | save | save-all | export | delete`: the media library from a terminal.
import '../shared/require-node.js';
import { distance } from 'fastest-levenshtein';
import { ReelError } from '#lib/media/index.ts';
import { type Context, newCommand, runCommand } from '../shared/options/command.ts';
import type { ExitCode } from '../shared/options/exit-codes.ts';
import { deleteOrRestore } from './delete.ts';
import { deleteOrRestoreItems } from './delete-items.ts';
import { drawPictures } from './draw-pictures.ts';
import { exportArchive } from './export.ts';
import { list } from './list.ts';
import { save } from './save.ts';
import { saveAll } from './save-all.ts';

const program = newCommand(
  'media',
  'Lists, saves, exports and deletes projects of the media library, and single items.',
)
  .argument('<what>', 'list, save, save-all, export or delete')
  .argument('[source]', 'with save: the address or the file of a video')
  .option('--project <id>', 'the project; list and save-all: every project if left out')
  .option('--name <name>', 'with save: its name in the project')
  .option('-o, --output <path>', 'with export: the file or its folder; default: {project}.zip; - is standard output')
  .option('--force', 'with export: replace the file if it exists')
  .option('--item <id...>', 'with delete: only these items of the project, by their ids or names')
  .option('--dry-run', 'with delete: only show what would go')
  .option('--yes', 'with delete: do not ask')
  .option('--undo', 'with delete: bring back what was deleted within a day')
  .addHelpText('after', '\nAfter Ctrl-C, the same command goes on where it was.')
  .parse();

const [what = '', source] = program.args;
const { project, name, output: path, item: items, force, dryRun, yes, undo, ...given } = program.opts();

/** What each word does. */
const ACTIONS: Record<string, (context: Context) => Promise<ExitCode>> = {
  list: (context) => list(context, project),
  save: async (context) => {
    const wish = { source: wanted(source, 'an address or a file'), projectId: projectGiven(), name };
    return withPictures(context, await save(context, wish));
  },
  'save-all': async (context) => withPictures(context, await saveAll(context, project)),
  export: (context) => exportArchive(context, { projectId: projectGiven(), path, force, json: given.json }),
  delete: (context) => {
    const deletion = { projectId: projectGiven(), dryRun, yes, undo };
    return items ? deleteOrRestoreItems(context, deletion, items) : deleteOrRestore(context, deletion);
  },
};

await runCommand(given, async (context) => actionFor(what)(context), { need: 'folder' });

async function withPictures(context: Context, exitCode: ExitCode): Promise<ExitCode> {
  await drawPictures(context, project);
  return exitCode;
}

/** @throws ReelError `invalid-input` naming the nearest word */
function actionFor(word: string): (context: Context) => Promise<ExitCode> {
  const action = Object.hasOwn(ACTIONS, word) ? ACTIONS[word] : undefined;
  if (action) return action;
  const words = Object.keys(ACTIONS);
  const [nearest = ''] = [...words].sort((one, other) => distance(word, one) - distance(word, other));
  const message = `${word} is none of ${words.join(', ')}. Did you mean ${nearest}?`;
  throw new ReelError('invalid-input', message);
}

function projectGiven(): string {
  return wanted(project, '--project <id>');
}

/** @throws ReelError `invalid-input` */
function wanted(value: string | undefined, needed: string): string {
  if (value !== undefined && value !== '') return value;
  throw new ReelError('invalid-input', `${what} needs ${needed}.`);
}
