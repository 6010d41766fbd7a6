// `npm run pictures`: makes the missing posters and previews of finished films.
import './shared/require-node.js';
import { isReelError } from '#lib/base/errors.ts';
import { readSettings } from '#lib/config.ts';
import { type FilmWithoutPictures, listFilmsWithoutPictures, makeVideoPictures, videoKey } from '#lib/wanx/index.ts';
import { type Context, newCommand, runCommand } from './shared/options/command.ts';
import { EXIT, type ExitCode } from './shared/options/exit-codes.ts';
import { count } from './shared/views/format.ts';

const program = newCommand('pictures', 'Makes the missing posters and previews of finished films with ffmpeg. Free.')
  .argument('[spot]', 'only films of this spot')
  .argument('[era]', 'only films of this era')
  .option('--remake', 'also make those anew that are there')
  .option('--dry-run', 'only list the films')
  .parse();

const [spotId, eraId] = program.args;
const { remake, dryRun, ...given } = program.opts();

await runCommand(given, makeAll, { need: 'folder' });

async function makeAll(context: Context): Promise<ExitCode> {
  const { output, isSandbox, signal } = context;
  readSettings();
  const films = (await listFilmsWithoutPictures({ all: remake === true })).filter(isAsked);
  output.event('plan', { films });
  if (films.length === 0) {
    output.say(`No film${isSandbox ? ' of the sandbox' : ''} lacks its pictures.`);
    return EXIT.ok;
  }
  output.say(`${count(films.length, 'film')}${dryRun ? ' without pictures:' : ' to make pictures of.'}`, 'bold');
  if (dryRun) {
    for (const film of films) output.say(`  ${nameOf(film)}`);
    return EXIT.ok;
  }
  let complete = 0;
  for (const film of films) {
    if (signal.aborted) break;
    if (await makeOne(context, film)) complete += 1;
  }
  return conclude(context, films.length, complete);
}

function isAsked(film: FilmWithoutPictures): boolean {
  return (spotId === undefined || film.spotId === spotId) && (eraId === undefined || film.eraId === eraId);
}

/** @returns whether the film has all of them now; one that has not keeps none of the others from theirs */
async function makeOne({ output, signal }: Context, film: FilmWithoutPictures): Promise<boolean> {
  const name = nameOf(film);
  try {
    const { version } = film;
    const { missing = [] } = (await makeVideoPictures(film.spotId, film.eraId, { version, remake, signal })) ?? {};
    output.event('pictures', { ...film, missing });
    output.say([`${name}: ${missing.length === 0 ? 'made' : 'not complete'}`, ...missing].join('\n  '));
    return missing.length === 0;
  } catch (error) {
    if (!isReelError(error)) throw error;
    if (error.code === 'aborted') return false;
    output.event('pictures', { ...film, missing: [error.message] });
    output.say(`${name}: not made\n  ${error.message}`);
    return false;
  }
}

function conclude(context: Context, total: number, complete: number): ExitCode {
  const { output } = context;
  output.event('summary', { total, complete });
  output.say(`${complete} of ${count(total, 'film')} with all pictures.`, 'bold');
  if (context.isInterrupted()) return EXIT.interrupted;
  return complete === total ? EXIT.ok : EXIT.failed;
}

function nameOf({ spotId: spot, eraId: era, version }: FilmWithoutPictures): string {
  return `${videoKey(spot, era)}, version ${version}`;
}
