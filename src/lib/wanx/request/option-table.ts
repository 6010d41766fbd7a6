import { z } from 'zod';
import { input } from '#lib/base/input/check-input.ts';
import { ALL_RATIOS, ALL_RESOLUTIONS, AUDIO_SETTINGS, QUALITIES, SHOT_TYPES } from '#lib/wanx/models/traits.ts';

// The single definition of every option of a generation. The types, the checks of the public functions, the request in the
// records, orders over HTTP with their JSON Schema, and the command line derive from these tables.

export interface OptionRow {
  /** What the library accepts, checked by type only: the model table says which values a model supports. */
  given: z.ZodType;
  /** The same as JSON: in records, in orders over HTTP, on the command line. Its description is the help text. */
  json: z.ZodType;
  /** On the command line; empty: not offered there. */
  flags: readonly string[];
}
export type OptionTable = Readonly<Record<string, OptionRow>>;

const SOURCE_RULE = 'must be a URL or the path of a file, as text or URL object';
/** An http(s), oss or (images only) data URL, a `file:` URL, or the path of a local file. */
const mediaSource = z.union([z.string(), z.instanceof(URL)], SOURCE_RULE);

/** A reference with more details than its location. */
export const referenceSchema = z.object({
  source: mediaSource,
  /** wan2.7-r2v: how it speaks, wav or mp3. */
  voice: mediaSource.optional(),
  /** wan2.1-vace-plus, images only: a place, not a thing in it. @default false */
  isBackground: input.flag.optional(),
});

interface Kind<Given extends z.ZodType, Json extends z.ZodType> {
  given: Given;
  json: Json;
}
const row = <Given extends z.ZodType, Json extends z.ZodType>(
  { given, json }: Kind<Given, Json>,
  help: string,
  ...flags: string[]
) => ({ given, json: json.describe(help), flags });

const text = (message = 'must be text', json = z.string()) => ({ given: z.string(message), json });
const flag = { given: input.flag, json: z.boolean() };
const source = { given: mediaSource, json: z.string() };
const wholeNumber = (message: string, min: number, max?: number) => {
  const range = `must be a whole number${max === undefined ? `, at least ${min}` : ` from ${min} to ${max}`}`;
  const json = z.int(range).min(min, range);
  return { given: z.number(message), json: max === undefined ? json : json.max(max, range) };
};
const choice = <const Values extends readonly [string, ...string[]]>(values: Values, message = 'must be text') => ({
  given: z.custom<Values[number]>((value) => typeof value === 'string', message),
  json: z.enum(values, `must be one of ${values.join(', ')}`),
});

const mediaOrReference = z.union(
  [...mediaSource.options, referenceSchema],
  `${SOURCE_RULE}, or { source, voice, isBackground }`,
);
const storedReferences = z
  .array(
    z.union([
      z.string(),
      z.object({ source: z.string(), voice: z.string().optional(), isBackground: z.boolean().optional() }),
    ]),
  )
  .optional();
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item, 'must be a list').readonly().optional();
const references = {
  given: z.object(
    {
      images: listOf(mediaOrReference),
      videos: listOf(mediaOrReference),
      /** Wan 3.0 only, at most 15 s together. */
      audios: listOf(mediaSource),
    },
    'must be an object with images, videos or audios',
  ),
  json: z.object({ images: storedReferences, videos: storedReferences, audios: z.array(z.string()).optional() }),
};

/** A prompt that is sent unchanged. Without one, a prompt is generated. */
const ownPrompt = z
  .string('must be text')
  .refine((words) => words.trim() !== '', 'is empty. Describe the video, or omit it: then a prompt is generated')
  .refine(
    (words) => words.isWellFormed(),
    'contains half of a character (a lone surrogate), which no service can read',
  );

/** Options for every order, also over HTTP and for many videos at once. None of them names a file. */
export const ORDER_OPTIONS = {
  /** Default: the client's model where it takes the mode, else the Wan 2.7 model of the mode. */
  model: row(
    text('must be the name of a model, as text', z.string().min(1, 'must not be empty')),
    'for example wan2.7-t2v; default: WANX_MODEL',
    '--model <id>',
  ),
  /**
   * Accepts a model that is not in the table (a snapshot, a gateway's name): it is treated like the nearest known one, its
   * limits are not checked, and its price is unknown. @default false
   */
  allowUnknownModel: row(flag, 'accept a model that is not listed here: no price, no limits', '--allow-unknown-model'),
  /** @default '720P', or the smallest the model has */
  resolution: row(choice(ALL_RESOLUTIONS, 'must be text, like "720P"'), 'size of the picture', '--resolution <size>'),
  /** @default '16:9'; with an image or video as input, what the input has */
  ratio: row(choice(ALL_RATIOS, 'must be text, like "16:9"'), 'aspect ratio', '--ratio <w:h>'),
  /**
   * Whole seconds; -1 on Wan 3.0 lets the model choose, 0 on wan2.7-videoedit makes all of the source. @default 5; where the
   * length is that of an input, all of it
   */
  durationSeconds: row(
    wholeNumber('must be a number of whole seconds', -1),
    'length in whole seconds; -1 lets Wan 3.0 choose',
    '--duration <seconds>',
  ),
  /** Wan 2.1 to 2.7 without vace. */
  negativePrompt: row(text(), 'what must not appear in the video', '--negative-prompt <text>'),
  /** Makes results similar, not identical. */
  seed: row(wholeNumber('must be a whole number', -1, 2_147_483_647), 'makes results similar', '--seed <number>'),
  /** Only where sound can be switched (Wan 3.0, 2.6 flash, which costs half without). @default true */
  audio: row(flag, 'sound, if the model supports both', '--audio', '--no-audio'),
  /**
   * Lets the service rewrite the prompt: better for short prompts, up to a minute slower, and what was really used cannot
   * be read afterwards. @default false; true with a document or a link, which the service requires then
   */
  promptExtend: row(flag, 'lets the provider rewrite the prompt', '--prompt-extend'),
  /** @default false */
  watermark: row(flag, "adds the provider's watermark", '--watermark'),
  /** Wan 2.6 only; t2v and i2v obey it only with `promptExtend`. */
  shotType: row(choice(SHOT_TYPES), 'one shot or several: Wan 2.6', '--shot-type <type>'),
} satisfies OptionTable;

/** The options of a generation, for every model family. Options that a model does not support are rejected, never dropped. */
export const VIDEO_OPTIONS = {
  ...ORDER_OPTIONS,
  /**
   * Sound to use: wav or mp3, 3 to 30 s (Wan 2.7: 2 to 30 s), at most 15 MiB. Wan 2.7 image-to-video takes it as driving
   * audio, wan2.2-s2v makes the person of the image speak or sing it. A local path is uploaded.
   */
  audioUrl: row(source, 'audio track to use', '--audio-url <file or URL>'),
  /** wan2.7-videoedit and happyhorse-1.0-video-edit: `origin` keeps the sound of the video, `auto` (the service's default) lets the prompt decide. */
  audioSetting: row(choice(AUDIO_SETTINGS), 'which sound an edited video gets'),
  /**
   * Name of an effect, as the provider's list of effects gives it, for image-to-video and kf2v of Wan 2.1 to 2.6. It takes
   * the place of the prompt and of the last frame, which the service then ignores.
   */
  template: row(text(), 'effect for --image, instead of a prompt: Wan 2.1 to 2.6', '--template <effect>'),
  /** wan2.2-animate-* only: `professional` is smoother, slower and dearer. @default 'standard' */
  quality: row(choice(QUALITIES), 'standard or professional: wan2.2-animate-*'),
  /** wan2.2-animate-* only: false skips the service's check of the image before the work. @default true, of the service */
  checkImage: row(flag, 'whether the service checks the image first: wan2.2-animate-*'),
} satisfies OptionTable;

/** Inputs besides the prompt. The fields that are present decide the mode. */
export const MEDIA_INPUTS = {
  /** Image-to-video; the same as `firstFrame`. With `video`, the person that moves as the one in the video. */
  image: row(source, 'first frame: makes the video from this image', '--image <file or URL>'),
  firstFrame: row(source, 'the same as image'),
  lastFrame: row(source, 'last frame, together with --image', '--last-frame <file or URL>'),
  /**
   * The prompt names them by kind and place ("Image 1", "Video 1"; `character1` on 2.6, images first; "[Image 1]" on
   * HappyHorse).
   */
  references: row(references, 'what the prompt refers to'),
  /** Video to continue: on 2.7 the duration is then that of the whole. */
  firstClip: row(source, 'video to continue'),
  /** Video to edit; with `image`, the one whose movement (animate-move) or scene (animate-mix) is taken over. */
  video: row(source, 'video to edit'),
  /** Wan 3.0 makes a video of it: docx, pptx, pdf or md, at most 100 MiB and 50 pages. */
  document: row(source, 'document to make a video about'),
  /** Wan 3.0 makes a video of that web page. Not together with `document`. */
  link: row(source, 'web page to make a video about'),
} satisfies OptionTable;

export const PROMPT = {
  /**
   * What is to be seen. For the video of a spot in an era it takes the place of the built prompt, for this order alone: it is
   * sent and kept as it is, and refused when it is empty or longer than the model reads. Never a reason to buy beside a task
   * that may still deliver: `note` of the result then says so.
   */
  prompt: row(text('must be text', ownPrompt), 'replaces the generated prompt, for this order only', '--prompt <text>'),
} satisfies OptionTable;

/** All that a request may have. */
export const REQUEST_OPTIONS = { ...PROMPT, ...VIDEO_OPTIONS, ...MEDIA_INPUTS } satisfies OptionTable;

/** A column of a table as the fields of a zod object, each of which may be left out. */
export function fieldsOf<Rows extends OptionTable, Column extends 'given' | 'json'>(rows: Rows, column: Column) {
  const fields = Object.entries(rows).map(([name, one]) => [name, one[column].optional()]);
  // Object.fromEntries forgets which name has which schema.
  return Object.fromEntries(fields) as { [Name in keyof Rows]: z.ZodOptional<Rows[Name][Column]> };
}

/** What an order over HTTP may say beside `force`, as fields of a zod object. */
export const ORDER_FIELDS = fieldsOf({ ...PROMPT, ...ORDER_OPTIONS }, 'json');
