import type { Mode, Quality, Ratio, Resolution, WanModel } from '#lib/wanx/models/traits.ts';
import type { MediaRole } from './media-format.ts';

export type { Quality } from '#lib/wanx/models/traits.ts';
export type { MediaRole } from './media-format.ts';

/** The options of a generation, for every model family. What a model does not take is refused, never dropped. */
export interface VideoOptions {
  /** Default: the client's model where it takes the mode, else the Wan 2.7 model of the mode. */
  model?: string | undefined;
  /**
   * The model may be one that the table does not know (a snapshot, a gateway's name): it is asked as the nearest known one
   * would be, its limits are not checked, and its price is not known. @default false
   */
  allowUnknownModel?: boolean | undefined;
  /** @default '720P', or the smallest the model has */
  resolution?: Resolution | undefined;
  /** @default '16:9'; with an image or video as input, what the input has */
  ratio?: Ratio | undefined;
  /**
   * Whole seconds; -1 on Wan 3.0 lets the model choose, 0 on wan2.7-videoedit makes all of the source. @default 5; where the
   * length is that of an input, all of it
   */
  durationSeconds?: number | undefined;
  /** Wan 2.1 to 2.7 without vace. */
  negativePrompt?: string | undefined;
  /** Makes repeats alike, not equal. */
  seed?: number | undefined;
  /** Only where sound can be switched (Wan 3.0, 2.6 flash, which costs half without). @default true */
  audio?: boolean | undefined;
  /**
   * Sound to use: wav or mp3, 3 to 30 s (Wan 2.7: 2 to 30 s), at most 15 MiB. Wan 2.7 image-to-video takes it as driving
   * audio, wan2.2-s2v makes the person of the image speak or sing it. A local path is uploaded.
   */
  audioUrl?: string | URL | undefined;
  /** wan2.7-videoedit and happyhorse-1.0-video-edit: `origin` keeps the sound of the video, `auto` (the service's default) lets the prompt decide. */
  audioSetting?: AudioSetting | undefined;
  /**
   * Lets the service rewrite the prompt: better for short prompts, up to a minute slower, and what was really used cannot
   * be read afterwards. @default false; true with a document or a link, where the service knows no other way
   */
  promptExtend?: boolean | undefined;
  /** @default false */
  watermark?: boolean | undefined;
  /** Wan 2.6 only; t2v and i2v obey it only with `promptExtend`. */
  shotType?: 'single' | 'multi' | undefined;
  /**
   * Name of an effect, as the provider's list of effects gives it, for image-to-video and kf2v of Wan 2.1 to 2.6. It takes
   * the place of the prompt and of the last frame, which the service then ignores.
   */
  template?: string | undefined;
  /** wan2.2-animate-* only: `professional` is smoother, slower and dearer. @default 'standard' */
  quality?: Quality | undefined;
  /** wan2.2-animate-* only: false skips the service's check of the image before the work. @default true, of the service */
  checkImage?: boolean | undefined;
}

/** The video options among others, for callers whose options hold more than these. */
export function videoOptionsOf(options: VideoOptions): VideoOptions {
  const { model, resolution, ratio, durationSeconds, negativePrompt, seed } = options;
  const { audio, audioUrl, audioSetting, promptExtend, watermark, shotType, template, quality } = options;
  const { allowUnknownModel, checkImage } = options;
  return {
    ...{ model, allowUnknownModel, resolution, ratio, durationSeconds, negativePrompt, seed },
    ...{ audio, audioUrl, audioSetting, promptExtend, watermark, shotType, template, quality, checkImage },
  };
}

export type AudioSetting = 'auto' | 'origin';

/** An http(s), oss or (images only) data URL, a `file:` URL, or the path of a local file. */
export type MediaSource = string | URL;

/** A reference of which more is to be said than where it is. */
export interface Reference {
  source: MediaSource;
  /** wan2.7-r2v: how it speaks, wav or mp3. */
  voice?: MediaSource | undefined;
  /** wan2.1-vace-plus, images only: a place, not a thing in it. @default false */
  isBackground?: boolean | undefined;
}

/** What goes in besides the prompt. Which fields are there decides the mode. */
export interface MediaInputs {
  /** Image-to-video; the same as `firstFrame`. With `video`, the person that moves as the one in the video. */
  image?: MediaSource | undefined;
  firstFrame?: MediaSource | undefined;
  lastFrame?: MediaSource | undefined;
  /**
   * The prompt names them by kind and place ("Image 1", "Video 1"; `character1` on 2.6, images first; "[Image 1]" on
   * HappyHorse).
   */
  references?:
    | {
        images?: ReadonlyArray<MediaSource | Reference> | undefined;
        videos?: ReadonlyArray<MediaSource | Reference> | undefined;
        /** Wan 3.0 only, at most 15 s together. */
        audios?: readonly MediaSource[] | undefined;
      }
    | undefined;
  /** Video to continue: on 2.7 the duration is then that of the whole. */
  firstClip?: MediaSource | undefined;
  /** Video to edit; with `image`, the one whose movement (animate-move) or scene (animate-mix) is taken over. */
  video?: MediaSource | undefined;
  /** Wan 3.0 makes a video of it: docx, pptx, pdf or md, at most 100 MiB and 50 pages. */
  document?: MediaSource | undefined;
  /** Wan 3.0 makes a video of that web page. Not together with `document`. */
  link?: string | URL | undefined;
}

export function mediaInputsOf(inputs: MediaInputs): MediaInputs {
  const { image, firstFrame, lastFrame, references, firstClip, video, document, link } = inputs;
  return { image, firstFrame, lastFrame, references, firstClip, video, document, link };
}

export interface WanxRequest extends VideoOptions, MediaInputs {
  prompt?: string | undefined;
}

export interface MediaItem {
  role: MediaRole;
  /** The option it came from, for messages. */
  option: string;
  source: MediaSource;
}

/** A request that the model takes, with every default filled in. `null`: not sent. */
export interface CompleteRequest {
  model: WanModel;
  mode: Mode;
  prompt: string | null;
  negativePrompt: string | null;
  resolution: Resolution | null;
  ratio: Ratio | null;
  durationSeconds: number | null;
  promptExtend: boolean | null;
  watermark: boolean | null;
  audio: boolean | null;
  audioSetting: AudioSetting | null;
  seed: number | null;
  shotType: 'single' | 'multi' | null;
  template: string | null;
  quality: Quality | null;
  checkImage: boolean | null;
  media: MediaItem[];
}
