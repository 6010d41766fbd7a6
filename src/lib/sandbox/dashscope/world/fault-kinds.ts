import type { FaultKind, FaultTable, ScriptedFault } from '#lib/sandbox/faults/fault.ts';

/** Where a fault applies. `task` is the outcome of the task itself, on every endpoint that shows it. */
export const FAULT_PLACES = ['submit', 'query', 'list', 'cancel', 'upload', 'download', 'task'] as const;
export type FaultPlace = (typeof FAULT_PLACES)[number];

type Kind = FaultKind<FaultPlace>;
const ends = (place: Kind['place']): Kind => ({ place, exclusive: true });
const alters = (place: Kind['place']): Kind => ({ place, exclusive: false });

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
} as const satisfies Record<string, Kind>;
export type FaultName = keyof typeof FAULT_KINDS;

export type Fault = ScriptedFault<FaultName, FaultPlace>;

export const FAULT_TABLE = {
  kinds: FAULT_KINDS,
  places: ['submit', 'query', 'list', 'cancel', 'upload', 'download'],
} as const satisfies FaultTable<FaultName, FaultPlace>;
