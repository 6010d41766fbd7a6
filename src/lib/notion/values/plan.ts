import type { Column, PropertyIds } from '#lib/notion/api/columns.ts';
import type { Attempt, PageRecord, Waiting } from '#lib/notion/records/record.ts';
import { PROPERTY_TYPES, type PropertyTarget, type PropertyType } from './property-types.ts';
import { propertyValue } from './property-value.ts';
import { type Targets, typesFor, usualTarget } from './targets.ts';
import { fittingText } from './text.ts';

export interface PlannedWrite {
  field: string;
  revision: number;
  /** Of the target, for messages. */
  property: string;
  propertyId: string;
  body: Readonly<Record<string, unknown>>;
}

/** What to write to a page, and what cannot be written. */
export interface Plan {
  writes: readonly PlannedWrite[];
  problems: Attempt['problems'];
  /** With the properties found for the first time. */
  propertyIds: PropertyIds;
}

export interface PlanInput {
  waiting: PageRecord['waiting'];
  columns: readonly Column[];
  propertyIds: PropertyIds;
  /** Named by the options of this process; they win over what is on record. */
  targets: Targets;
}

type Place = { column: Column; type: PropertyType } | { problem: string };

/** Each property is planned by itself: what is wrong with one is only its own problem. */
export function planWrites({ waiting, columns, propertyIds, targets }: PlanInput): Plan {
  const writes: PlannedWrite[] = [];
  const problems: Array<Attempt['problems'][number]> = [];
  const ids: Record<string, string> = { ...propertyIds };
  for (const [field, entry] of Object.entries(waiting)) {
    const target = targetFor(field, entry, targets);
    const { revision } = entry;
    const place = placeFor(field, target, columns, ids);
    const write = 'problem' in place ? place : writeTo(place, entry, target, writes);
    if ('problem' in write) problems.push({ field, revision, property: target.name, reason: write.problem });
    else {
      ids[target.name] = write.propertyId;
      writes.push({ field, revision, property: target.name, ...write });
    }
  }
  return { writes, problems, propertyIds: ids };
}

function targetFor(field: string, { target }: Waiting, targets: Targets): PropertyTarget {
  const own = Object.hasOwn(targets, field) ? targets[field] : undefined;
  return own || target || usualTarget(field);
}

/** By the id it had when it was first needed, so that a rename in Notion does no harm; else by its name. */
function placeFor(field: string, target: PropertyTarget, columns: readonly Column[], ids: PropertyIds): Place {
  const boundId = Object.hasOwn(ids, target.name) ? ids[target.name] : undefined;
  const found = [columns.find(({ id }) => id === boundId), columns.find(({ name }) => name === target.name)];
  const types = typesFor(field, target);
  for (const column of found) {
    const type = types.find((one) => one === column?.type);
    if (column && type) return { column, type };
  }
  const other = found.find((column) => column !== undefined);
  return { problem: other ? wrongType(other, types) : missing(target.name, columns) };
}

function writeTo(
  { column, type }: { column: Column; type: PropertyType },
  { value }: Waiting,
  target: PropertyTarget,
  writes: readonly PlannedWrite[],
): { propertyId: string; body: PlannedWrite['body'] } | { problem: string } {
  const rival = writes.find(({ propertyId }) => propertyId === column.id);
  if (rival) return { problem: `${rival.field} is written to the same property. Give each field one of its own.` };
  const written = propertyValue(value, type, column, target);
  return 'refusal' in written ? { problem: written.refusal } : { propertyId: column.id, body: written.body };
}

function missing(name: string, columns: readonly Column[]): string {
  const list = fittingText(columns.map((column) => `"${column.name}" (${column.type})`).join(', '), 1500);
  const advice = 'Add it in Notion, or name another one in "properties".';
  return `There is no property "${name}". There are: ${list || 'none'}. ${advice}`;
}

function wrongType({ name, type }: Column, types: readonly PropertyType[]): string {
  const needed = types.length < PROPERTY_TYPES.length ? types.join(' or ') : 'one that can be written';
  const advice = types.length < PROPERTY_TYPES.length ? 'Change it in Notion, or state its type in "properties".' : '';
  return `The property "${name}" has the type ${type}, not ${needed}. ${advice}`.trim();
}
