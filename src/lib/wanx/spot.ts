import { z } from 'zod';
import { checkInput } from '#lib/base/input/check-input.ts';

/** A place. `name` is what the video shows, `description` what is true of it in every era. */
export interface Spot {
  id: string;
  name: string;
  description?: string | undefined;
  location?: string | undefined;
}

/** A time in which a spot is shown. */
export interface Era {
  id: string;
  name: string;
  /** For readers, and named in the prompt: "1889–1914", "c. 430 BC", "12th century". */
  period?: string | undefined;
  /**
   * A year within the era; before Christ it is negative: -430. It decides which materials, dress and transport the prompt
   * asks for and excludes. Without it only a plain `period` such as "1888" or "1880s" does.
   */
  year?: number | undefined;
  description?: string | undefined;
}

export type SpotWithEras = Spot & { eras: readonly Era[] };

const MAX_ID_CHARACTERS = 64;
const MAX_NAME_CHARACTERS = 200;
const MAX_DESCRIPTION_CHARACTERS = 5000;

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** At least one letter, digit or other sign that a reader sees: a name of spaces and control characters names nothing. */
const READABLE = /[\p{L}\p{N}\p{S}]/u;

const SLUG_RULE = `must be lower-case letters and digits joined by single hyphens, 1 to ${MAX_ID_CHARACTERS} characters, like "eiffel-tower"`;
const textRule = (max: number): string => `must be readable text of 1 to ${max} characters`;

export const slugSchema = z.string(SLUG_RULE).max(MAX_ID_CHARACTERS, SLUG_RULE).regex(SLUG, SLUG_RULE);
const textSchema = (max: number) => z.string(textRule(max)).max(max, textRule(max)).regex(READABLE, textRule(max));
/** An empty description counts as absent: forms send '' for an empty field. */
const noteSchema = z
  .string(`must be text of at most ${MAX_DESCRIPTION_CHARACTERS} characters`)
  .max(MAX_DESCRIPTION_CHARACTERS, `must be text of at most ${MAX_DESCRIPTION_CHARACTERS} characters`);
export const yearSchema = z.int('must be a whole number, negative for years BC, like 1889 or -430');
const labelSchema = z
  .string(`must be text of at most ${MAX_NAME_CHARACTERS} characters`)
  .max(MAX_NAME_CHARACTERS, `must be text of at most ${MAX_NAME_CHARACTERS} characters`);

export const spotSchema = z.object(
  {
    id: slugSchema,
    name: textSchema(MAX_NAME_CHARACTERS),
    description: noteSchema.optional(),
    location: labelSchema.optional(),
  },
  'must be an object with id and name',
);

export const eraSchema = z.object(
  {
    id: slugSchema,
    name: textSchema(MAX_NAME_CHARACTERS),
    period: labelSchema.optional(),
    year: yearSchema.optional(),
    description: noteSchema.optional(),
  },
  'must be an object with id and name',
);

/**
 * Checks a place from outside. Unknown fields are dropped.
 * @throws ReelError `invalid-input` that names the field, what is allowed, and what came.
 */
export function parseSpot(value: unknown): Spot {
  return parse(spotSchema, 'spot', value);
}

/**
 * Checks an era from outside, as `parseSpot` does a place.
 * @throws ReelError `invalid-input`
 */
export function parseEra(value: unknown): Era {
  return parse(eraSchema, 'era', value);
}

/**
 * Checks both halves of a request before anything is written or paid.
 * @throws ReelError `invalid-input`
 */
export function parseSpotEra(spot: unknown, era: unknown): { spot: Spot; era: Era } {
  return { spot: parseSpot(spot), era: parseEra(era) };
}

/**
 * The key of a video: `spotId/eraId`. The slash cannot stand in a slug, so two different pairs never share a key
 * (a hyphen would let `a-b` + `c` and `a` + `b-c` meet).
 * @throws ReelError `invalid-input` for ids that are not slugs
 */
export function videoKey(spotId: string, eraId: string): string {
  return `${parse(slugSchema, 'spot.id', spotId)}/${parse(slugSchema, 'era.id', eraId)}`;
}

/**
 * The file name of a video: `{spotId}-{eraId}.mp4`. Not unique by itself; the second key is refused when it is stored.
 * @throws ReelError `invalid-input` for ids that are not slugs, so that no id can walk out of the video folder
 */
export function videoFileName(spotId: string, eraId: string): string {
  return `${parse(slugSchema, 'spot.id', spotId)}-${parse(slugSchema, 'era.id', eraId)}.mp4`;
}

function parse<T>(schema: z.ZodType<T>, label: string, value: unknown): T {
  return checkInput(schema, label, value, 'prompt');
}
