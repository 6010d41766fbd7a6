import { parseLegacySize, pictureSize, RATIOS, type Ratio, TIERS, type Tier } from '#lib/sandbox/clips/clip-sizes.ts';
import type { ModelFamily } from '#lib/sandbox/dashscope/families/model-families.ts';
import type { Fields } from './field-rules.ts';
import type { TaskFailure } from './refusal.ts';

/** What an accepted request asks for, in the terms of the clips. */
export interface Order {
  model: string;
  prompt: string;
  promptExtend: boolean;
  tier: Tier;
  ratio: Ratio;
  width: number;
  height: number;
  durationSeconds: number;
  audio: boolean;
  /** What the task will find wrong with it. */
  failure?: TaskFailure | undefined;
}

export interface OrderParts {
  model: string;
  family: ModelFamily;
  input: Fields;
  parameters: Fields;
  /** The picture follows a frame, and a ratio beside it is ignored. */
  followsFrame: boolean;
  failure: TaskFailure | undefined;
}

export function toOrder({ model, family, input, parameters, followsFrame, failure }: OrderParts): Order {
  const prompt = typeof input.prompt === 'string' ? cut(input.prompt, family) : '';
  const size = typeof parameters.size === 'string' ? parseLegacySize(parameters.size) : undefined;
  const tier = TIERS.find((name) => name === parameters.resolution) ?? family.defaultTier;
  const ratio = (followsFrame ? undefined : RATIOS.find((name) => name === parameters.ratio)) ?? '16:9';
  return {
    model,
    prompt,
    promptExtend: parameters.prompt_extend !== false,
    ...(size ?? { tier, ratio, ...pictureSize(tier, ratio) }),
    durationSeconds: durationOf(parameters.duration, prompt),
    audio: !family.silent && parameters.audio !== false,
    ...(failure && { failure }),
  };
}

function cut(prompt: string, { promptLimit, countsHanTwice }: ModelFamily): string {
  let left = promptLimit;
  let kept = '';
  for (const character of prompt) {
    left -= countsHanTwice && /\p{Script=Han}/u.test(character) ? 2 : 1;
    if (left < 0) break;
    kept += character;
  }
  return kept;
}

/**
 * -1 lets the model choose: 4 to 8 seconds, by the prompt's length so that the same prompt gives the same length. 0 is as long
 * as the source, which the sandbox never looks at.
 */
function durationOf(asked: unknown, prompt: string): number {
  if (asked === -1) return 4 + (prompt.length % 5);
  return typeof asked === 'number' && asked > 0 ? asked : 5;
}
