import { z } from 'zod';

export interface FaultKind<Place extends string> {
  /** `any`: the fault's own `on` says where. */
  place: Place | 'any';
  /** An exclusive fault decides the whole answer; others change something about it and may come together. */
  exclusive: boolean;
}

/** The faults that one service can have. */
export interface FaultTable<Name extends string, Place extends string> {
  kinds: Readonly<Record<Name, FaultKind<Place>>>;
  /** Where a fault of any place may be sent by `on`; the first is the default. */
  places: readonly [Place, ...Place[]];
}

export interface FaultMatch {
  prompt?: string | RegExp | undefined;
  model?: string | undefined;
  taskId?: string | undefined;
  nth?: number | undefined;
}

export interface ScriptedFault<Name extends string = string, Place extends string = string> {
  fault: Name;
  match?: FaultMatch | undefined;
  times?: number | 'always' | undefined;
  on?: Place | undefined;
  atByte?: number | undefined;
  bytesPerSecond?: number | undefined;
  delayMs?: number | undefined;
  retryAfterSeconds?: number | undefined;
  code?: string | undefined;
  message?: string | undefined;
  location?: string | undefined;
}

const positiveInteger = z.number().int().positive();

/** The one description of a service's faults, for `script()` and for the control endpoint. */
export function faultSchemaOf<Name extends string, Place extends string>({ kinds, places }: FaultTable<Name, Place>) {
  const isName = (name: string): name is Name => Object.hasOwn(kinds, name);
  return z.strictObject({
    fault: z.string().refine(isName, { error: 'is not the name of a fault' }),
    /** Only requests and tasks that fit every given part are hit. */
    match: z
      .strictObject({
        /** A substring, or in process a RegExp. */
        prompt: z.union([z.string(), z.instanceof(RegExp)]).optional(),
        model: z.string().optional(),
        taskId: z.string().optional(),
        /** The first match to hit, counted from 1. */
        nth: positiveInteger.optional(),
      })
      .optional(),
    /** How often; 1 by default. */
    times: z.union([positiveInteger, z.literal('always')]).optional(),
    /** For faults of any endpoint. */
    on: z.enum(places).optional(),
    /** For cut, stall and short-body: bytes of this answer's body that are still sent; half of it by default. */
    atByte: z.number().int().nonnegative().optional(),
    bytesPerSecond: positiveInteger.optional(),
    delayMs: z.number().nonnegative().optional(),
    retryAfterSeconds: z.number().int().nonnegative().optional(),
    /** For refusals and failed tasks: replaces the usual `code` and `message`. */
    code: z.string().optional(),
    message: z.string().optional(),
    /** For redirect. */
    location: z.string().optional(),
  });
}
