import { oneOf, refuse, shown, takes } from '#lib/wanx/models/refuse.ts';
import { type Family, type Mode, SHOT_TYPES, type WanModel } from '#lib/wanx/models/traits.ts';
import { countedLength, promptLength } from '#lib/wanx/prompt/text.ts';
import type { CompleteRequest, WanxRequest } from './options.ts';

type Words = Pick<CompleteRequest, 'prompt' | 'negativePrompt' | 'template' | 'promptExtend' | 'shotType'>;

/** A template's name is one word of the provider's list; a longer text was meant as a prompt. */
const TEMPLATE_NAME = /^[\w-]{1,64}$/;

/** What is said in words, and how the service may deal with the words. */
export function wordsOf(request: WanxRequest, model: WanModel, mode: Mode): Words {
  const promptExtend = promptExtendOf(request.promptExtend, model, mode);
  return {
    prompt: promptOf(request.prompt, model, mode),
    negativePrompt: negativePromptOf(request.negativePrompt, model),
    template: templateOf(request, model),
    promptExtend,
    shotType: shotTypeOf(request.shotType, model, promptExtend === true),
  };
}

/** Modes whose pictures say enough. */
const SPEAKING_MODES: readonly Mode[] = ['image', 'first-and-last-frame'];
/** 3.0 wants a prompt or an input; but to edit or to go on, it must be told to. */
const ALSO_SPEAKING: Partial<Record<Family, readonly Mode[]>> = {
  'wan2.7': ['continuation', 'edit'],
  'wan3.0': ['reference', 'document'],
};

function isPromptOptional({ family }: WanModel, mode: Mode): boolean {
  return SPEAKING_MODES.includes(mode) || ALSO_SPEAKING[family]?.includes(mode) === true;
}

function promptOf(prompt: string | undefined, model: WanModel, mode: Mode): string | null {
  const isEmpty = prompt === undefined || prompt.trim() === '';
  if (model.promptLimit === 0) {
    if (isEmpty) return null;
    throw refuse(
      `prompt is not supported by ${model.id}: it does ${mode} generation from the inputs alone. Leave it out.`,
    );
  }
  if (!isEmpty) return withinLimit('prompt', prompt, model.promptLimit, model);
  if (isPromptOptional(model, mode)) return null;
  throw refuse(`prompt is empty. ${model.id} needs one for ${mode} generation.`);
}

/** Too long is refused, because the service cuts silently and bills. */
function withinLimit(option: string, text: string, limit: number, model: WanModel): string {
  const length = countedLength(text, model);
  if (length <= limit || !model.limitsKnown) return text;
  const counted = length > promptLength(text) ? ` (Chinese ones count twice, so ${length})` : '';
  const has = `${option} has ${promptLength(text)} characters${counted}`;
  throw refuse(`${has}, but ${model.id} reads only ${limit}. Shorten it.`);
}

function negativePromptOf(text: string | undefined, model: WanModel): string | null {
  if (text === undefined) return null;
  if (model.negativePromptLimit === null) {
    const instead = model.promptLimit === 0 ? 'Leave it out.' : 'Describe in the prompt what must not appear.';
    throw refuse(`negativePrompt is not supported by ${model.id}. ${instead}`);
  }
  return text.trim() === '' ? null : withinLimit('negativePrompt', text, model.negativePromptLimit, model);
}

function templateOf({ template, prompt, lastFrame }: WanxRequest, model: WanModel): string | null {
  if (!takes(model, 'template', template) || template === undefined) return null;
  if (!TEMPLATE_NAME.test(template)) {
    throw refuse(`template ${shown(template)} is not the name of an effect: letters, digits, hyphens and underscores.`);
  }
  if (lastFrame !== undefined) {
    throw refuse('template and lastFrame cannot be combined: the effect starts from the first frame alone. Give one.');
  }
  if (prompt === undefined || prompt === '') return template;
  throw refuse('template and prompt cannot be combined: the service would ignore the prompt. Give one of them.');
}

function promptExtendOf(value: boolean | undefined, model: WanModel, mode: Mode): boolean | null {
  if (!takes(model, 'promptExtend', value)) return null;
  if (mode !== 'document') return value ?? false;
  if (value ?? true) return true;
  throw refuse(
    'promptExtend false cannot be combined with document or link: the service has to read them. Allowed: true.',
  );
}

function shotTypeOf(
  value: WanxRequest['shotType'],
  model: WanModel,
  promptExtend: boolean,
): CompleteRequest['shotType'] {
  if (value === undefined) return null;
  if (!model.shotType) {
    throw refuse(`shotType ${shown(value)} is not supported by ${model.id}. Describe the shots in the prompt.`);
  }
  if (model.shotTypeNeedsPromptExtend && !promptExtend) {
    throw refuse(
      `shotType ${shown(value)} has no effect on ${model.id} unless promptExtend is true. Set it, or leave shotType out.`,
    );
  }
  return oneOf('shotType', value, SHOT_TYPES, model);
}
