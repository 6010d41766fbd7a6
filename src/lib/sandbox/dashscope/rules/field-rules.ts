import type { FieldRule, ModelFamily, RequestRules } from '#lib/sandbox/dashscope/families/model-family.ts';
import type { NamedAddress } from './media-address.ts';
import { badRequest, invalidField, missingField, type Refusal, type TaskFailure } from './refusal.ts';

export type Fields = Record<string, unknown>;

/** The rules for the job that a request is for; undefined for a function that its model does not have. */
export function rulesFor(family: ModelFamily, input: Fields): RequestRules | undefined {
  if (family.functions === undefined || input.function === undefined) return family;
  return typeof input.function === 'string' && Object.hasOwn(family.functions, input.function)
    ? family.functions[input.function]
    : undefined;
}

/** Null is what the Python SDK sends for a prompt that there is not. */
export function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** The fields that the model knows and that hold something: the service ignores all others. */
export function known(fields: Fields, rules: Record<string, FieldRule>): Fields {
  return Object.fromEntries(Object.entries(present(fields)).filter(([name]) => Object.hasOwn(rules, name)));
}

export function checkRequired(rules: RequestRules, input: Fields, parameters: Fields | undefined): Refusal | undefined {
  const lacking = (name: string) => isEmpty(input[name]);
  const missing = rules.required.find(lacking) ?? rules.requiredOneOf?.find((group) => group.every(lacking))?.[0];
  if (missing !== undefined) return missingField(`input.${missing}`);
  if (rules.requiredParameters === undefined) return undefined;
  if (parameters === undefined) return badRequest.noParameters;
  const absent = rules.requiredParameters.find((name) => isEmpty(parameters[name]));
  return absent === undefined ? undefined : missingField(`parameters.${absent}`);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

export function checkFields(group: string, fields: Fields, rules: Record<string, FieldRule>): Refusal | undefined {
  for (const [name, value] of Object.entries(fields)) {
    const rule = rules[name];
    const reason = rule === undefined ? undefined : complaint(value, rule);
    if (reason !== undefined) return invalidField(`${group}.${name}`, reason);
  }
  return undefined;
}

function complaint(value: unknown, rule: FieldRule): string | undefined {
  if (typeof rule === 'string') return wordComplaint(value, rule);
  if ('oneOf' in rule) return rule.oneOf.some((one) => one === value) ? undefined : `one of ${rule.oneOf.join(', ')}`;
  if ('listOf' in rule) {
    const fits = Array.isArray(value) && value.every((word) => rule.listOf.some((allowed) => allowed === word));
    return fits ? undefined : `a list of ${rule.listOf.join(', ')}`;
  }
  if ('picture' in rule) return typeof value === 'string' ? undefined : 'a string';
  return 'files' in rule ? filesComplaint(value, rule.files) : numberComplaint(value, rule);
}

function wordComplaint(value: unknown, rule: Extract<FieldRule, string>): string | undefined {
  if (rule === 'media-list') return undefined;
  const type = rule === 'boolean' ? 'boolean' : 'string';
  return typeof value === type ? undefined : `a ${type}`;
}

function filesComplaint(value: unknown, [low, high]: readonly [number, number]): string | undefined {
  const fits = Array.isArray(value) && value.every((url) => typeof url === 'string');
  if (fits && value.length >= low && value.length <= high) return undefined;
  return `a list of ${low} to ${high} addresses`;
}

type NumberRule = Extract<FieldRule, { integer: unknown } | { number: unknown }>;

function numberComplaint(value: unknown, rule: NumberRule): string | undefined {
  const isWhole = 'integer' in rule;
  const [low, high] = isWhole ? rule.integer : rule.number;
  const fits = typeof value === 'number' && value >= low && value <= high && (!isWhole || Number.isInteger(value));
  if (fits || (isWhole && rule.or !== undefined && value === rule.or)) return undefined;
  return `${isWhole ? 'an integer' : 'a number'} from ${low} to ${high}`;
}

/** The addresses among checked input fields. */
export function addressesIn(input: Fields, rules: Record<string, FieldRule>): NamedAddress[] {
  return Object.entries(input).flatMap(([name, value]) => {
    const rule = rules[name];
    const urls = Array.isArray(value) ? value : [value];
    const isAddress = rule === 'image' || rule === 'file' || (typeof rule === 'object' && 'files' in rule);
    if (!isAddress) return [];
    return urls.map((url) => ({ field: `input.${name}`, url: String(url), isImage: rule === 'image' }));
  });
}

/** A size or tier that the model does not have is found out in the task only: the one failure that every page shows. */
export function pictureFailure(family: ModelFamily, rules: RequestRules, parameters: Fields): TaskFailure | undefined {
  for (const [name, rule] of Object.entries(rules.parameters)) {
    const value = parameters[name];
    if (typeof rule !== 'object' || !('picture' in rule) || value === undefined) continue;
    if (rule.picture.some((allowed) => allowed === value)) continue;
    const usual = `The size is not match the allowed size: ${rule.picture.join(', ')}.`;
    return { code: 'InvalidParameter', message: family.pictureComplaint ?? usual };
  }
  return undefined;
}
