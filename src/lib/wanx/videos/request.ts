import * as z from 'zod';
import { checkInput } from '#lib/base/input/check-input.ts';
import { buildEnhancedPrompt, buildNegativePrompt } from '#lib/wanx/prompt-builder.ts';
import { modeAndModel } from '#lib/wanx/request/mode.ts';
import { fieldsOf, MEDIA_INPUTS, VIDEO_OPTIONS } from '#lib/wanx/request/option-table.ts';
import type { WanxRequest } from '#lib/wanx/request/options.ts';
import type { Era, Spot } from '#lib/wanx/spot.ts';

/** Leaves the fields of a run out, which stand among the options of a generation. */
const askedSchema = z.object(fieldsOf({ ...VIDEO_OPTIONS, ...MEDIA_INPUTS }, 'given'));

/**
 * The request for the video of a spot in an era: the caller's options, with the caller's own prompt or else the words that
 * the model of that request wants.
 * The model is left open when the caller named none: what goes in decides which one is the default.
 * @param defaultModel for text, and for any other mode that it does
 * @throws ReelError `invalid-input` for inputs that cannot be combined
 */
export function videoRequestFor(spot: Spot, era: Era, options: WanxRequest, defaultModel: string): WanxRequest {
  const asked: WanxRequest = checkInput(askedSchema, 'options', options, 'prompt');
  const { model } = modeAndModel(asked, defaultModel);
  const { allowUnknownModel, prompt } = options;
  // An effect takes the place of all words, and some models read none: a prompt with those is refused further on.
  if (options.template !== undefined || model.promptLimit === 0)
    return { ...asked, ...(prompt !== undefined && { prompt }) };
  const words = { model: model.id, allowUnknownModel, ...(options.audio !== undefined && { audio: options.audio }) };
  return {
    ...asked,
    prompt: prompt ?? buildEnhancedPrompt(spot, era, words),
    negativePrompt: options.negativePrompt ?? buildNegativePrompt(spot, described(era, prompt), words),
  };
}

/** What the caller's prompt names is never excluded, even if the era did not have it. */
function described(era: Era, prompt: string | undefined): Era {
  return prompt === undefined ? era : { ...era, description: `${era.description ?? ''} ${prompt}` };
}
