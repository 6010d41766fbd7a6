import type { FaultKind, FaultTable, ScriptedFault } from '#lib/sandbox/faults/fault.ts';

/** Where a fault applies. `job` is the outcome of the request itself, on every endpoint that shows it. */
export type FalFaultPlace =
  | 'submit'
  | 'status'
  | 'result'
  | 'cancel'
  | 'history'
  | 'pricing'
  | 'upload'
  | 'media'
  | 'webhook'
  | 'job';

type Kind = FaultKind<FalFaultPlace>;
const ends = (place: Kind['place']): Kind => ({ place, exclusive: true });
const alters = (place: Kind['place']): Kind => ({ place, exclusive: false });

const KINDS = {
  // The request exists and would be billed, but the client is not informed.
  'lost-submit-answer': ends('submit'),
  'hung-submit-answer': ends('submit'),
  // The request never reached the service.
  'dropped-submit': ends('submit'),
  'no-request-id': ends('submit'),
  'foreign-urls': alters('submit'),
  // Any endpoint, chosen by `on`. `refuse-` in fal's own words (`code` becomes `error_type`), `gateway-` as a bare page.
  'refuse-400': ends('any'),
  'refuse-401': ends('any'),
  'refuse-403': ends('any'),
  'refuse-404': ends('any'),
  'refuse-408': ends('any'),
  'refuse-422': ends('any'),
  'refuse-429': ends('any'),
  'refuse-500': ends('any'),
  'refuse-503': ends('any'),
  'user-locked': ends('any'),
  'gateway-403': ends('any'),
  'gateway-429': ends('any'),
  'gateway-502': ends('any'),
  'gateway-504': ends('any'),
  'html-with-200': ends('any'),
  'drop-answer': ends('any'),
  redirect: ends('any'),
  'slow-answer': alters('any'),
  // How the request turns out. All but two of them are COMPLETED.
  'job-failed': ends('job'),
  moderation: ends('job'),
  'wrong-input': ends('job'),
  'job-canceled': ends('job'),
  'never-finishes': ends('job'),
  'odd-status': ends('job'),
  // The status does not say that it failed: only the answer to the result does.
  'silent-failure': ends('job'),
  // What a result says, and where.
  'no-video': alters('result'),
  'nested-video': alters('result'),
  'sparse-file': alters('result'),
  // Units as `message`; without one the header is left out.
  'billable-units': alters('result'),
  // The history of requests.
  'no-payload': alters('history'),
  'hidden-row': alters('history'),
  'odd-row': alters('history'),
  // Unit as `code`, price as `message`.
  price: alters('pricing'),
  // A wrong signature, or one of long ago.
  'forged-webhook': alters('webhook'),
  'late-webhook': alters('webhook'),
  // The film's bytes.
  cut: ends('media'),
  stall: ends('media'),
  'short-body': ends('media'),
  'html-body': ends('media'),
  'expired-media': ends('media'),
  'hidden-media': ends('media'),
  'corrupt-media': alters('media'),
  slow: alters('media'),
  'no-length': alters('media'),
  'no-etag': alters('media'),
  'ignored-range': alters('media'),
  'changed-etag': alters('media'),
} as const satisfies Record<string, Kind>;
export type FalFaultName = keyof typeof KINDS;
export type FalFault = ScriptedFault<FalFaultName, FalFaultPlace>;

export const FAL_FAULTS = {
  kinds: KINDS,
  places: ['submit', 'status', 'result', 'cancel', 'history', 'pricing', 'upload', 'media'],
} as const satisfies FaultTable<FalFaultName, FalFaultPlace>;

/** What a scripted fault makes of a request. */
export interface FalOutcome {
  name:
    | 'job-failed'
    | 'moderation'
    | 'wrong-input'
    | 'job-canceled'
    | 'never-finishes'
    | 'odd-status'
    | 'silent-failure';
  /** Replaces the usual error type. */
  code?: string | undefined;
  message?: string | undefined;
}

const OUTCOMES: ReadonlyArray<FalOutcome['name']> = [
  'job-failed',
  'moderation',
  'wrong-input',
  'job-canceled',
  'never-finishes',
  'odd-status',
  'silent-failure',
];

export function outcomeOf(fault: FalFault | undefined): FalOutcome | undefined {
  const name = OUTCOMES.find((outcome) => outcome === fault?.fault);
  return name && { name, code: fault?.code, message: fault?.message };
}
