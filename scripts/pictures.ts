// `npm run pictures`: makes the missing posters and previews of finished films.
import './shared/require-node.js';
import { isReelError } from '#lib/base/errors.ts';
import { readSettings } from '#lib/config.ts';
import { listMediaFilmsWithoutPictures, makeMediaPictures } from '#lib/media/index.ts';
import {
  listDownloadsWithoutPictures,
  listGeneratedFilmsWithoutPictures,
  makeDownloadPictures,
  makeGeneratedPictures,
} from '#lib/openai-videos/index.ts';
import { makePictures } from '#lib/pictures/index.ts';
import { listScrapedFilmsWithoutPictures, makeScrapedPictures } from '#lib/scrape/index.ts';
import { type FilmPictures, listFilmsWithoutPictures, makeVideoPictures, videoKey } from '#lib/wanx/index.ts';
import { type Context, newCommand, runCommand } from './shared/options/command.ts';
import { EXIT, type ExitCode } from './shared/options/exit-codes.ts';
import { count } from './shared/views/format.ts';

/** A film without pictures, of whichever provider. */
interface Film {
  name: string;
  /** For `--json`. */
  facts: object;
  make(signal: AbortSignal): Promise<FilmPictures | undefined>;
}

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
  const films = [...(await wanFilms()), ...(spotId === undefined ? await otherFilms() : [])];
  output.event('plan', { films: films.map(({ facts }) => facts) });
  if (films.length === 0) {
    output.say(`No film${isSandbox ? ' of the sandbox' : ''} lacks its pictures.`);
    return EXIT.ok;
  }
  output.say(`${count(films.length, 'film')}${dryRun ? ' without pictures:' : ' to make pictures of.'}`, 'bold');
  if (dryRun) {
    for (const { name } of films) output.say(`  ${name}`);
    return EXIT.ok;
  }
  let complete = 0;
  for (const film of films) {
    if (signal.aborted) break;
    if (await makeOne(context, film)) complete += 1;
  }
  return conclude(context, films.length, complete);
}

async function wanFilms(): Promise<Film[]> {
  const films = await listFilmsWithoutPictures({ all: remake === true });
  const isAsked = (film: { spotId: string; eraId: string }) =>
    (spotId === undefined || film.spotId === spotId) && (eraId === undefined || film.eraId === eraId);
  return films.filter(isAsked).map((facts) => ({
    name: `${videoKey(facts.spotId, facts.eraId)}, version ${facts.version}`,
    facts,
    make: (signal) => makeVideoPictures(facts.spotId, facts.eraId, { version: facts.version, remake, signal }),
  }));
}

async function otherFilms(): Promise<Film[]> {
  const lists = [generatedFilms, downloadedFilms, scrapedFilms, mediaFilms];
  const films: Film[] = [];
  for (const list of lists) films.push(...(await list()));
  return films;
}

async function generatedFilms(): Promise<Film[]> {
  const films = await listGeneratedFilmsWithoutPictures({ all: remake === true });
  return films.map((facts) => ({
    name: `${facts.batchId}/${facts.name}, version ${facts.version}`,
    facts,
    make: (signal) => makeGeneratedPictures(facts, { remake, signal }),
  }));
}

async function downloadedFilms(): Promise<Film[]> {
  const films = await listDownloadsWithoutPictures({ all: remake === true });
  return films.map((facts) => ({
    name: `${facts.batchId}/${facts.soraVideoId}, version ${facts.version}`,
    facts,
    make: (signal) => makeDownloadPictures(facts, { signal }),
  }));
}

async function scrapedFilms(): Promise<Film[]> {
  const films = await listScrapedFilmsWithoutPictures({ all: remake === true });
  return films.map((facts) => ({
    name: `${facts.channelId}/${facts.videoId}`,
    facts,
    make: (signal) => makeScrapedPictures(facts, { signal }),
  }));
}

/** Those that were bought at fal are among them. */
async function mediaFilms(): Promise<Film[]> {
  const films = await listMediaFilmsWithoutPictures({ all: remake === true });
  return films.map((facts) => ({
    name: `${facts.projectId}/${facts.name}`,
    facts,
    make: (signal) => makeMediaPictures(facts, makePictures, { remake, signal }),
  }));
}

/** @returns whether the film has all of them now; one that has not keeps none of the others from theirs */
async function makeOne({ output, signal }: Context, { name, facts, make }: Film): Promise<boolean> {
  try {
    const { missing = [] } = (await make(signal)) ?? {};
    output.event('pictures', { ...facts, missing });
    output.say([`${name}: ${missing.length === 0 ? 'made' : 'not complete'}`, ...missing].join('\n  '));
    return missing.length === 0;
  } catch (error) {
    if (!isReelError(error)) throw error;
    if (error.code === 'aborted') return false;
    output.event('pictures', { ...facts, missing: [error.message] });
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
