import type { z } from 'zod';
import type { AUDIO_SETTINGS, Mode, WanModel } from '#lib/wanx/models/traits.ts';
import type { MediaRole } from './media-format.ts';
import type { MEDIA_INPUTS, OptionTable, REQUEST_OPTIONS, referenceSchema, VIDEO_OPTIONS } from './option-table.ts';

export type { Quality } from '#lib/wanx/models/traits.ts';
export type { MediaRole } from './media-format.ts';

type Given<Rows extends OptionTable> = { [Name in keyof Rows]?: z.output<Rows[Name]['given']> | undefined };

/**
 * The options of a generation, for every model family. Options that a model does not support are rejected, never
 * dropped.
 */
export type VideoOptions = Given<typeof VIDEO_OPTIONS>;
/** Inputs besides the prompt. The fields that are present decide the mode. */
export type MediaInputs = Given<typeof MEDIA_INPUTS>;
export type WanxRequest = Given<typeof REQUEST_OPTIONS>;

export type AudioSetting = (typeof AUDIO_SETTINGS)[number];
/** An http(s), oss or (images only) data URL, a `file:` URL, or the path of a local file. */
export type MediaSource = string | URL;
/** A reference with more details than its location. */
export type Reference = z.output<typeof referenceSchema>;

export interface InputMedia {
  role: MediaRole;
  /** The option it came from, for messages. */
  option: string;
  source: MediaSource;
}

/** The others decide the model, or become media. */
type Sent = Exclude<keyof VideoOptions, 'model' | 'allowUnknownModel' | 'audioUrl'> | 'prompt';

/** A request that the model takes, with every default filled in. `null`: not sent. */
export type CompleteRequest = { [Name in Sent]: NonNullable<WanxRequest[Name]> | null } & {
  model: WanModel;
  mode: Mode;
  media: InputMedia[];
};

/** What is asked for, without how it is run. */
export interface OrderOptions extends WanxRequest {
  /** Buys again even if a finished video exists; the old file stays until the new one is in place. */
  force?: boolean | undefined;
}
