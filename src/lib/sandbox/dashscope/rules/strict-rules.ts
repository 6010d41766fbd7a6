import type { RequestRules } from '#lib/sandbox/dashscope/families/model-family.ts';
import type { Fields } from './field-rules.ts';
import type { MediaItem } from './media-rules.ts';
import { invalidParameter, type Refusal } from './refusal.ts';

/** What the official SDKs send with every request. */
const SENT_BY_SDKS = [
  'input.extend_prompt',
  'input.function=video-synthesis',
  'input.prompt=null',
  'parameters.with_audio',
];

export interface Body {
  top: Fields;
  input: Fields;
  parameters: Fields;
  list: readonly MediaItem[];
}

/** A strict sandbox rejects what the service ignores, so that a misspelt field is noticed. */
export function checkUnknown(rules: RequestRules, { top, input, parameters, list }: Body): Refusal | undefined {
  const { speakers = [] } = rules.media ?? {};
  const stray = [
    ...strays('', top, ['model', 'input', 'parameters']),
    ...strays('input.', input, Object.keys(rules.inputs)),
    ...strays('parameters.', parameters, Object.keys(rules.parameters)),
    ...list.flatMap(({ type, ...rest }) =>
      strays(`input.media.${type}.`, rest, ['url', ...(speakers.includes(type) ? ['reference_voice'] : [])]),
    ),
  ];
  const [field] = stray;
  return field === undefined
    ? undefined
    : invalidParameter(`${field} is not supported by this model (strict sandbox).`);
}

function strays(group: string, fields: Fields, allowed: readonly string[]): string[] {
  return Object.entries(fields)
    .filter(([name, value]) => !allowed.includes(name) || value === null)
    .filter(([name, value]) => !isSentBySdks(`${group}${name}`, value))
    .map(([name]) => `${group}${name}`);
}

function isSentBySdks(field: string, value: unknown): boolean {
  return SENT_BY_SDKS.includes(field) || SENT_BY_SDKS.includes(`${field}=${value}`);
}
