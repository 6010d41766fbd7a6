import { writeFile } from 'node:fs/promises';
import { webp } from '#lib/capture/formats/formats.server.ts';
import type { FilmPictures, Picture } from '#lib/jobs/record/job-record.ts';
import { deliveredPicture } from './delivered.server.ts';
import type { Drafts } from './drafts.server.ts';
import { drawPosters, drawSheet, type Easel, wholePicture } from './draw.server.ts';
import { SMALL_WIDTH, smallerArguments } from './ffmpeg-arguments.ts';
import type { FilmFacts } from './film.server.ts';
import { planSprites, type SpritePlan, spriteIndexText } from './sprite-plan.ts';
import { findTool, runTool, type ToolEnvironment, type ToolResult } from './tool.server.ts';

/** Pictures that the provider sent, absolute paths in the folder of the film. A whole one is taken as it is. */
export interface DeliveredPictures {
  poster?: string | undefined;
  /** Of use only with its layout. */
  spriteSheet?: { path: string; columns: number; rows: number } | undefined;
}

export interface Order {
  /** Absolute path. */
  film: string;
  facts: FilmFacts;
  drafts: Drafts;
  delivered: DeliveredPictures;
  signal: AbortSignal;
  environment: ToolEnvironment;
}

type Posters = Required<Pick<FilmPictures, 'poster' | 'posterSmall'>>;
type Sprites = Required<Pick<FilmPictures, 'spriteSheet' | 'spriteIndex'>>;

/** The work on the pictures of one film: what the provider sent is taken, the rest is drawn. */
export class Studio {
  readonly #order: Order;
  readonly #ffmpeg: string | undefined;
  readonly #missing: string[] = [];
  #lastError = '';

  constructor(order: Order) {
    this.#order = order;
    this.#ffmpeg = findTool('ffmpeg', order.environment);
  }

  async work(): Promise<FilmPictures> {
    const posters = (await this.#deliveredPosters()) ?? (await this.#drawnPosters());
    const sprites = (await this.#deliveredSprites()) ?? (await this.#drawnSprites(posters?.poster));
    const missing = this.#missing.length > 0 ? { missing: this.#missing } : {};
    return { filmSha256: this.#order.facts.sha256, ...posters, ...sprites, ...missing };
  }

  async #deliveredPosters(): Promise<Posters | undefined> {
    const { delivered, film } = this.#order;
    const poster = await deliveredPicture(delivered.poster, film);
    if (!poster || delivered.poster === undefined) return undefined;
    const small = poster.width > SMALL_WIDTH ? await this.#drawSmaller(delivered.poster) : undefined;
    return { poster, posterSmall: small ?? poster };
  }

  async #drawSmaller(path: string): Promise<Picture | undefined> {
    if (this.#ffmpeg === undefined) return undefined;
    const { drafts } = this.#order;
    await this.#run(smallerArguments(path, drafts.pathOf('posterSmall')));
    return (await wholePicture(drafts.pathOf('posterSmall'), webp)) && drafts.keep('posterSmall');
  }

  async #drawnPosters(): Promise<Posters | undefined> {
    const { drafts } = this.#order;
    const to = { full: drafts.pathOf('poster'), small: drafts.pathOf('posterSmall') };
    const isDrawn = this.#ffmpeg !== undefined && (await drawPosters(this.#easel, to));
    if (!isDrawn) return this.#miss('No poster');
    return { poster: await drafts.keep('poster'), posterSmall: await drafts.keep('posterSmall') };
  }

  async #deliveredSprites(): Promise<Sprites | undefined> {
    const { delivered, film, facts } = this.#order;
    const { path, columns, rows } = delivered.spriteSheet ?? { columns: 0, rows: 0 };
    const tiles = columns * rows;
    const sheet = tiles > 0 ? await deliveredPicture(path, film) : undefined;
    if (!sheet) return undefined;
    const [tileWidth, tileHeight] = [Math.floor(sheet.width / columns), Math.floor(sheet.height / rows)];
    const plan = { stepSeconds: facts.durationSeconds / tiles, columns, tileWidth, tileHeight };
    return { spriteSheet: sheet, spriteIndex: await this.#writeIndex(plan, tiles, sheet.name) };
  }

  async #drawnSprites(poster: Picture | undefined): Promise<Sprites | undefined> {
    const { drafts, facts } = this.#order;
    const { width, height } = poster ?? {};
    if (this.#ffmpeg === undefined || !width || !height || facts.durationSeconds === 0)
      return this.#miss('No sprite sheet');
    const plan = planSprites(facts.durationSeconds, width, height);
    const tiles = await drawSheet(this.#easel, plan, drafts.pathOf('spriteSheet'));
    if (tiles === undefined) return this.#miss('No sprite sheet');
    const spriteSheet = await drafts.keep('spriteSheet');
    return { spriteSheet, spriteIndex: await this.#writeIndex(plan, tiles, spriteSheet.name) };
  }

  async #writeIndex(plan: Omit<SpritePlan, 'rows' | 'tiles'>, tiles: number, sheetName: string): Promise<Picture> {
    const { drafts, facts } = this.#order;
    const text = spriteIndexText(plan, { tiles, durationSeconds: facts.durationSeconds, sheetName });
    await writeFile(drafts.pathOf('spriteIndex'), text, { flag: 'wx' });
    return drafts.keep('spriteIndex');
  }

  #miss(what: string): undefined {
    this.#missing.push(`${what}: ${this.#reason()}`);
  }

  #reason(): string {
    const { signal, facts } = this.#order;
    if (this.#ffmpeg === undefined) return 'ffmpeg was not found on PATH. Install it, then run: npm run pictures';
    if (signal.aborted) return 'ffmpeg took too long and was stopped. To try again, run: npm run pictures';
    if (facts.durationSeconds === 0) return 'the film does not state its length.';
    return `ffmpeg could not draw it${this.#lastError}.`;
  }

  get #easel(): Easel {
    const { film, facts } = this.#order;
    return { film, durationSeconds: facts.durationSeconds, run: (args) => this.#run(args) };
  }

  async #run(args: readonly string[]): Promise<ToolResult> {
    const { environment, signal } = this.#order;
    const result = await runTool(this.#ffmpeg ?? '', args, { environment, signal });
    const lastLine = result.errors.split('\n').at(-1) ?? '';
    this.#lastError = lastLine === '' ? '' : ` (${lastLine})`;
    return result;
  }
}
