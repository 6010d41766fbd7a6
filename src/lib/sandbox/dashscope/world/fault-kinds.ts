import { z } from 'zod';

/** Where a fault applies. `task` is the outcome of the task itself, on every endpoint that shows it. */
export const FAULT_PLACES = ['submit', 'query', 'list', 'cancel', 'upload', 'download', 'task'] as const;
export type FaultPlace = (typeof FAULT_PLACES)[number];

interface FaultKind {
  /** `any`: the fault's own `on` says where, `submit` by default. */
  place: FaultPlace | 'any';
  /** An exclusive fault decides the whole answer; others change something about it and may come together. */
  exclusive: boolean;
}
const ends = (place: FaultKind['place']): FaultKind => ({ place, exclusive: true });
const alters = (place: FaultKind['place']): FaultKind => ({ place, exclusive: false });

export const FAULT_KINDS = {
  // The task exists and would be billed, but the client is not informed.
  'lost-submit-answer': ends('submit'),
  'hung-submit-answer': ends('submit'),
  // The request never reached the provider.
  'dropped-submit': ends('submit'),
  // Any endpoint, chosen by `on`.
  'refuse-401': ends('any'),
  'refuse-404': ends('any'),
  'refuse-416': ends('any'),
  'refuse-429': ends('any'),
  'refuse-500': ends('any'),
  'refuse-503': ends('any'),
  'drop-answer': ends('any'),
  redirect: ends('any'),
  'slow-answer': alters('any'),
  // How the task turns out.
  'task-unknown': ends('task'),
  moderation: ends('task'),
  'task-failed': ends('task'),
  'odd-status': ends('task'),
  'never-finishes': ends('task'),
  // The result's bytes.
  cut: ends('download'),
  stall: ends('download'),
  'short-body': ends('download'),
  'expired-link': ends('download'),
  purged: ends('download'),
  'xml-body': ends('download'),
  'html-body': ends('download'),
  slow: alters('download'),
  'changed-etag': alters('download'),
  'wrong-crc': alters('download'),
  'no-crc': alters('download'),
  'no-length': alters('download'),
  'ignored-range': alters('download'),
  'shifted-range': alters('download'),
  'broken-mp4': alters('download'),
  gzip: alters('download'),
} as const satisfies Record<string, FaultKind>;
export type FaultName = keyof typeof FAULT_KINDS;

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULT_KINDS, name);
}

const positiveInteger = z.number().int().positive();

/** The one description of a fault, for `script()` and for the control endpoint. */
export const faultSchema = z.strictObject({
  fault: z.string().refine(isFaultName, { error: 'is not the name of a fault' }),
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
  on: z.enum(FAULT_PLACES).exclude(['task']).optional(),
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

export interface FaultMatch {
  prompt?: string | RegExp | undefined;
  model?: string | undefined;
  taskId?: string | undefined;
  nth?: number | undefined;
}
export interface Fault {
  fault: FaultName;
  match?: FaultMatch | undefined;
  times?: number | 'always' | undefined;
  on?: Exclude<FaultPlace, 'task'> | undefined;
  atByte?: number | undefined;
  bytesPerSecond?: number | undefined;
  delayMs?: number | undefined;
  retryAfterSeconds?: number | undefined;
  code?: string | undefined;
  message?: string | undefined;
  location?: string | undefined;
}
