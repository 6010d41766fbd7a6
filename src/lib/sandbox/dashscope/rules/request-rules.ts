import { z } from 'zod';
import { familyOf, type ModelFamily, type RequestRules } from '#lib/sandbox/dashscope/families/model-families.ts';
import { checkCombination } from './combination-rules.ts';
import {
  addressesIn,
  checkFields,
  checkRequired,
  type Fields,
  known,
  pictureFailure,
  present,
  rulesFor,
} from './field-rules.ts';
import { checkAddress, downloadFailure, type MediaContext, type NamedAddress } from './media-address.ts';
import { addressesOf, checkMedia, type MediaItem, mixFailure, parseMediaList } from './media-rules.ts';
import { type Order, toOrder } from './order.ts';
import {
  badRequest,
  invalidField,
  invalidParameter,
  type Refusal,
  type TaskFailure,
  WRONG_ADDRESS,
} from './refusal.ts';
import { checkUnknown } from './strict-rules.ts';

const fields = z.record(z.string(), z.unknown()).nullish();
const bodySchema = z.looseObject({ model: z.string().nullish(), input: fields, parameters: fields });

interface Asked {
  model: string;
  family: ModelFamily;
  rules: RequestRules;
  input: Fields;
  parameters: Fields;
  list: readonly MediaItem[];
}

/** Reads a create request the way the provider does: an order, or the refusal that a real account would see. */
export function readOrder(path: string, body: unknown, context: MediaContext): Order | Refusal {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return badRequest.noJson;
  const { model, input, parameters } = parsed.data;
  if (!model) return badRequest.noModel;
  if (!input) return badRequest.noInput;
  const family = familyOf(model);
  if (family === undefined) return invalidParameter('Model not exist.');
  if (family.path !== path) return WRONG_ADDRESS;
  const rules = rulesFor(family, present(input));
  if (rules === undefined) return invalidField('input.function', 'not one of the model');
  const list = input.media && rules.media ? parseMediaList(input.media) : [];
  if (!Array.isArray(list)) return list;
  const asked = { model, family, rules, input, parameters: parameters ?? {}, list };
  const unknown = context.strict ? checkUnknown(rules, { ...asked, top: parsed.data }) : undefined;
  return unknown ?? checkRequired(rules, input, parameters ?? undefined) ?? decide(knownOf(asked), context);
}

export function isRefusal(value: Order | Refusal): value is Refusal {
  return 'status' in value;
}

/** Without what the service ignores. */
function knownOf(asked: Asked): Asked {
  const { rules, input, parameters } = asked;
  return { ...asked, input: known(input, rules.inputs), parameters: known(parameters, rules.parameters) };
}

function decide(asked: Asked, context: MediaContext): Order | Refusal {
  const { rules, input, parameters, list } = asked;
  const media = rules.media ?? {};
  const addresses = [...addressesIn(input, rules.inputs), ...addressesOf(list, media)];
  const refusal =
    checkFields('input', input, rules.inputs) ??
    checkFields('parameters', parameters, rules.parameters) ??
    checkAddresses(addresses, context) ??
    checkMedia(media, list) ??
    checkCombination(asked);
  return refusal ?? toOrder({ ...asked, followsFrame: hasFrame(list), failure: failureOf(asked, addresses, context) });
}

function checkAddresses(addresses: readonly NamedAddress[], context: MediaContext): Refusal | undefined {
  for (const address of addresses) {
    const refusal = checkAddress(address, context);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

const hasFrame = (list: readonly MediaItem[]) => list.some(({ type }) => type === 'first_frame');

/** What only the task finds out. */
function failureOf(
  { model, family, rules, parameters, list }: Asked,
  addresses: readonly NamedAddress[],
  context: MediaContext,
): TaskFailure | undefined {
  return (
    pictureFailure(family, rules, parameters) ??
    downloadFailure(model, addresses, context) ??
    mixFailure(rules.media ?? {}, list)
  );
}
