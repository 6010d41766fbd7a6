import { ReelError } from '#lib/base/errors.ts';
import { PROPERTY_TYPES, type PropertyMap, type PropertyTarget, type PropertyType } from './property-types.ts';

const DEFAULT_NAMES: Readonly<Record<string, string>> = {
  status: 'Status',
  videoUrl: 'Video URL',
  thumbnailUrl: 'Thumbnail URL',
  error: 'Error',
};
const USUAL_TYPES: Readonly<Record<string, readonly PropertyType[]>> = {
  status: ['status', 'select'],
  videoUrl: ['url'],
  thumbnailUrl: ['url'],
};

/** Where each field goes; false: nowhere. */
export type Targets = Readonly<Record<string, PropertyTarget | false>>;

/** The targets that the options name. @throws ReelError `config` for an empty name or an unknown type */
export function targetsOf(properties: PropertyMap = {}): Targets {
  return Object.fromEntries(
    Object.entries(properties).map(([field, target]) => [
      field,
      target === false ? target : checked(field, typeof target === 'string' ? { name: target } : target),
    ]),
  );
}

function checked(field: string, target: PropertyTarget): PropertyTarget {
  if (typeof target?.name !== 'string' || target.name.trim() === '') {
    throw misconfigured(`properties.${field} must name a property of the Notion database, or be false.`);
  }
  if (target.type !== undefined && !PROPERTY_TYPES.includes(target.type)) {
    throw misconfigured(`properties.${field}.type must be one of ${PROPERTY_TYPES.join(', ')}.`);
  }
  return target;
}

function misconfigured(message: string): ReelError {
  return new ReelError('config', message, { stage: 'configuring' });
}

/** The usual target of a field: of our own four, or the property of the field's name. */
export function usualTarget(field: string): PropertyTarget {
  return { name: (Object.hasOwn(DEFAULT_NAMES, field) ? DEFAULT_NAMES[field] : undefined) ?? field };
}

/** The types that a field can be written to. */
export function typesFor(field: string, { type }: PropertyTarget): readonly PropertyType[] {
  if (type !== undefined) return [type];
  return (
    (Object.hasOwn(USUAL_TYPES, field) ? USUAL_TYPES[field] : undefined) ??
    (Object.hasOwn(DEFAULT_NAMES, field) ? ['rich_text'] : PROPERTY_TYPES)
  );
}
