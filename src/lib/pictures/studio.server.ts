import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { commandLine } from '#lib/base/command-line.ts';
import type { FilmPictures, Picture } from '#lib/jobs/record/job-record.ts';
import { drawPosters, drawSheet, type Easel } from './draw.ts';
import { SMALL_WIDTH, smallerArguments } from './ffmpeg-arguments.ts';
import { planSprites, type SpritePlan, spriteIndexText } from './sprite-plan.ts';
import type { DeliveredPictures, Drafts, FilmFacts, Posters, Sprites, Tools, WholePicture } from './types.ts';

export interface Order {
  film: FilmFacts;
  drafts: Drafts;
  delivered: DeliveredPictures;
  /** Whether there is to be a sprite sheet. */
  sprites: boolean;
  tools: Tools;
  /** Aborts when the time is over. */
  signal: AbortSignal;
}

const AGAIN = commandLine('pictures');

/** The work on the pictures of one film: what the provider sent is taken, the rest is drawn. */
export class Studio {
  readonly #order: Order;
  readonly #missing: string[] = [];
  /** The last line of ffmpeg's errors. */
  #lastError = '';

  constructor(order: Order) {
    this.#order = order;
  }

  async work(): Promise<FilmPictures> {
    const posters = (await this.#deliveredPosters()) ?? (await this.#drawnPosters());
    const sprites = this.#order.sprites ? await this.#sprites(posters?.poster) : {};
    const missing = this.#missing.length > 0 ? { missing: this.#missing } : {};
    return { filmSha256: this.#order.film.sha256, ...posters, ...sprites, ...missing };
  }

  async #sprites(poster: Picture | undefined): Promise<Sprites | undefined> {
    return (await this.#deliveredSprites()) ?? this.#drawnSprites(poster);
  }

  async #deliveredPosters(): Promise<Posters | undefined> {
    const path = this.#order.delivered.poster;
    const poster = await this.#delivered(path);
    if (!poster || path === undefined) return undefined;
    const small = poster.width > SMALL_WIDTH ? await this.#drawSmaller(path) : undefined;
    return { poster, posterSmall: small ?? poster };
  }

  async #drawSmaller(path: string): Promise<Picture | undefined> {
    const { drafts, tools } = this.#order;
    const easel = this.#easel();
    await easel?.ffmpeg(smallerArguments(path, drafts.pathOf('posterSmall')));
    return (await tools.readPicture(drafts.pathOf('posterSmall'))) && drafts.keep('posterSmall');
  }

  async #drawnPosters(): Promise<Posters | undefined> {
    const { drafts } = this.#order;
    const easel = this.#easel();
    const to = { full: drafts.pathOf('poster'), small: drafts.pathOf('posterSmall') };
    if (!easel || !(await drawPosters(easel, to))) return this.#miss('No poster');
    return { poster: await drafts.keep('poster'), posterSmall: await drafts.keep('posterSmall') };
  }

  async #deliveredSprites(): Promise<Sprites | undefined> {
    const { delivered, film } = this.#order;
    const { path, columns, rows } = delivered.spriteSheet ?? { columns: 0, rows: 0 };
    const tiles = columns * rows;
    const sheet = tiles > 0 && film.durationSeconds > 0 ? await this.#delivered(path) : undefined;
    if (!sheet) return undefined;
    const [tileWidth, tileHeight] = [Math.floor(sheet.width / columns), Math.floor(sheet.height / rows)];
    const plan = { stepSeconds: film.durationSeconds / tiles, columns, tileWidth, tileHeight };
    return { spriteSheet: sheet, spriteIndex: await this.#writeIndex(plan, tiles, sheet.name) };
  }

  async #drawnSprites(poster: Picture | undefined): Promise<Sprites | undefined> {
    const { drafts, film } = this.#order;
    const easel = this.#easel();
    const { width, height } = poster ?? {};
    if (!easel || !width || !height || film.durationSeconds === 0) return this.#miss('No sprite sheet');
    const plan = planSprites(film.durationSeconds, width, height);
    const tiles = await drawSheet(easel, plan, drafts.pathOf('spriteSheet'));
    if (tiles === undefined) return this.#miss('No sprite sheet');
    const spriteSheet = await drafts.keep('spriteSheet');
    return { spriteSheet, spriteIndex: await this.#writeIndex(plan, tiles, spriteSheet.name) };
  }

  async #writeIndex(plan: Omit<SpritePlan, 'rows' | 'tiles'>, tiles: number, sheetName: string): Promise<Picture> {
    const { drafts, film } = this.#order;
    const text = spriteIndexText(plan, { tiles, durationSeconds: film.durationSeconds, sheetName });
    await writeFile(drafts.pathOf('spriteIndex'), text, { flag: 'wx' });
    return drafts.keep('spriteIndex');
  }

  /** A picture of the provider's, if it is whole and beside the film. */
  async #delivered(path: string | undefined): Promise<WholePicture | undefined> {
    const { film, tools } = this.#order;
    return path !== undefined && dirname(path) === dirname(film.path) ? tools.readPicture(path) : undefined;
  }

  #miss(what: string): undefined {
    this.#missing.push(`${what}: ${this.#reason()}`);
  }

  #reason(): string {
    const { tools, signal, film } = this.#order;
    if (!tools.ffmpeg) return `ffmpeg was not found on PATH. Install it, then run: ${AGAIN}`;
    if (signal.aborted) return `ffmpeg took too long and was stopped. To try again, run: ${AGAIN}`;
    if (this.#lastError === '' && film.durationSeconds === 0) return 'the length of the film is not known.';
    return `ffmpeg could not draw it${this.#lastError}.`;
  }

  #easel(): Easel | undefined {
    const { tools, film } = this.#order;
    const { ffmpeg, readPicture } = tools;
    if (!ffmpeg) return undefined;
    const noteError = async (args: readonly string[]) => {
      const result = await ffmpeg(args);
      const lastLine = result.errors.split('\n').at(-1) ?? '';
      this.#lastError = lastLine === '' ? '' : ` (${lastLine})`;
      return result;
    };
    return { film, readPicture, ffmpeg: noteError };
  }
}
