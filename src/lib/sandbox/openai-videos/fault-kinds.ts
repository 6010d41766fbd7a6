import type { FaultKind, FaultTable, ScriptedFault } from '#lib/sandbox/faults/fault.ts';

/** Where a fault applies. `job` is the outcome of the job itself, on every endpoint that shows it. */
export type VideoFaultPlace = 'create' | 'retrieve' | 'list' | 'delete' | 'content' | 'job';

type Kind = FaultKind<VideoFaultPlace>;
const ends = (place: Kind['place']): Kind => ({ place, exclusive: true });
const alters = (place: Kind['place']): Kind => ({ place, exclusive: false });

const KINDS = {
  // The job exists and would be billed, but the client is not informed. Remix, edits and extensions create as well.
  'lost-create-answer': ends('create'),
  'hung-create-answer': ends('create'),
  // The request never reached the service.
  'dropped-create': ends('create'),
  // Servers that know one encoding: SGLang's 400 to a form without a file, vLLM-Omni's 422 to JSON.
  'refuse-multipart': ends('create'),
  'refuse-json': ends('create'),
  // The answer to the creation has an id and nothing else but a status (vLLM-Omni).
  'sparse-answer': alters('create'),
  // Any endpoint, chosen by `on`.
  'refuse-400': ends('any'),
  'refuse-401': ends('any'),
  'refuse-403': ends('any'),
  'refuse-404': ends('any'),
  'refuse-405': ends('any'),
  'refuse-409': ends('any'),
  'refuse-410': ends('any'),
  'refuse-429': ends('any'),
  'refuse-500': ends('any'),
  'refuse-502': ends('any'),
  'refuse-503': ends('any'),
  // LiteLLM's answer with an error of the service behind it: 200, an error, and no job.
  'error-with-200': ends('any'),
  'drop-answer': ends('any'),
  redirect: ends('any'),
  'slow-answer': alters('any'),
  // How a job is shown.
  'other-id': alters('retrieve'),
  'ms-times': alters('retrieve'),
  'iso-times': alters('retrieve'),
  'no-times': alters('retrieve'),
  'sparse-job': alters('retrieve'),
  // How the job turns out. A swept one is completed for ever, and has no content any more.
  'job-failed': ends('job'),
  moderation: ends('job'),
  'never-finishes': ends('job'),
  'odd-status': ends('job'),
  'job-cancelled': ends('job'),
  'job-expired': ends('job'),
  swept: ends('job'),
  // The content's bytes.
  cut: ends('content'),
  stall: ends('content'),
  'short-body': ends('content'),
  'html-body': ends('content'),
  'json-body': ends('content'),
  // SGLang: the whole film for every variant.
  'ignored-variant': alters('content'),
  'corrupt-content': alters('content'),
  slow: alters('content'),
  'no-length': alters('content'),
  'no-type': alters('content'),
  'ignored-range': alters('content'),
  'changed-etag': alters('content'),
} as const satisfies Record<string, Kind>;
export type VideoFaultName = keyof typeof KINDS;
export type VideoFault = ScriptedFault<VideoFaultName, VideoFaultPlace>;

export const VIDEO_FAULTS = {
  kinds: KINDS,
  places: ['create', 'retrieve', 'list', 'delete', 'content'],
} as const satisfies FaultTable<VideoFaultName, VideoFaultPlace>;

const OUTCOMES = [
  'job-failed',
  'moderation',
  'never-finishes',
  'odd-status',
  'job-cancelled',
  'job-expired',
  'swept',
] as const;
export type VideoOutcome = (typeof OUTCOMES)[number];

export function outcomeOf(fault: VideoFault | undefined): VideoOutcome | undefined {
  return OUTCOMES.find((outcome) => outcome === fault?.fault);
}
