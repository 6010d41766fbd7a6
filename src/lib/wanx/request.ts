import type { Mode, Ratio, Resolution, WanModel } from './models.ts';

/** The options of a generation, for every model family. What a model does not take is refused, never dropped. */
export interface VideoOptions {
  /** Default: the client's model where it takes the mode, else the Wan 2.7 model of the mode. */
  model?: string | undefined;
  /** @default '720P', or the smallest the model has */
  resolution?: Resolution | undefined;
  /** @default '16:9'; with an image or video as input, what the input has */
  ratio?: Ratio | undefined;
  /** Whole seconds; -1 on Wan 3.0 lets the model choose. @default 5 */
  durationSeconds?: number | undefined;
  /** Not on Wan 3.0. */
  negativePrompt?: string | undefined;
  /** Makes repeats alike, not equal. */
  seed?: number | undefined;
  /** Only where sound can be switched (Wan 3.0, 2.6 flash). @default true */
  audio?: boolean | undefined;
  /** Sound to use: wav or mp3. Wan 2.7 image-to-video takes it as driving audio. A local path is uploaded. */
  audioUrl?: string | URL | undefined;
  /**
   * Lets the service rewrite the prompt: better for short prompts, up to a minute slower, and what was really used cannot
   * be read afterwards. @default false
   */
  promptExtend?: boolean | undefined;
  /** @default false */
  watermark?: boolean | undefined;
  /** Wan 2.6 only. */
  shotType?: 'single' | 'multi' | undefined;
}

/** An http(s), oss or data URL, a `file:` URL, or the path of a local file. */
export type MediaSource = string | URL;

/** What goes in besides the prompt. Which fields are there decides the mode. */
export interface MediaInputs {
  /** Image-to-video; the same as `firstFrame`. */
  image?: MediaSource | undefined;
  firstFrame?: MediaSource | undefined;
  lastFrame?: MediaSource | undefined;
  /** The prompt names them by kind and place ("Image 1", "Video 1"; `character1` on 2.6, images first). */
  references?:
    | {
        images?: MediaSource[] | undefined;
        videos?: MediaSource[] | undefined;
        audios?: MediaSource[] | undefined;
      }
    | undefined;
  /** Video to continue: on 2.7 the duration is then that of the whole. */
  firstClip?: MediaSource | undefined;
  /** Video to edit. */
  video?: MediaSource | undefined;
}

export interface WanxRequest extends VideoOptions, MediaInputs {
  prompt?: string | undefined;
}

export type MediaRole =
  | 'first-frame'
  | 'last-frame'
  | 'reference-image'
  | 'reference-video'
  | 'reference-audio'
  | 'first-clip'
  | 'video'
  | 'audio';

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
  resolution: Resolution;
  ratio: Ratio | null;
  durationSeconds: number | null;
  promptExtend: boolean;
  watermark: boolean;
  audio: boolean | null;
  seed: number | null;
  shotType: 'single' | 'multi' | null;
  media: MediaItem[];
}
