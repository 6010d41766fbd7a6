import type { ErrorCode } from '#lib/base/errors.ts';
import type { VideoProblem, VideoView } from '#lib/web/videos/view.ts';
import { formatDollars, formatMoment } from './format.ts';

/** What a person is told, and what is folded away for whoever wants to look into it. */
export interface Told {
  text: string;
  details?: string;
}

const ISO_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)/g;
const URL_TEXT = /\b[a-z][a-z0-9+.-]*:\/\/([^\s/?#'"<>)\]]+)[^\s'"<>)\]]*/gi;
/** Signs of a text for machines: an address, a time, an id, an errno, JSON, a stack. */
const TECHNICAL = [
  URL_TEXT,
  ISO_TIME,
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/i,
  /\b[0-9a-f]{16,}\b/i,
  /\bE[A-Z]{4,}\b/,
  /\brequest[_ -]?id\b/i,
  /[{}]|\n\s+at /,
];
const LONGEST_PLAIN = 400;

const SENTENCES: Partial<Record<ErrorCode | 'internal', string>> = {
  config: 'The server is not set up for this.',
  auth: 'The provider refused the API key of this server.',
  'rate-limited': 'The provider asks to be called less often.',
  quota: 'The account at the provider has no quota left.',
  rejected: 'The moderation of the provider refused the words. Nothing was charged.',
  'provider-failed': 'The provider could not make it.',
  'unknown-outcome': 'Nobody knows whether the order arrived at the provider. It was not repeated.',
  expired: 'The link died before the film was saved.',
  timeout: 'It took too long.',
  aborted: 'It was cancelled.',
  network: 'The provider could not be reached.',
  'not-a-video': 'What the provider sent is not a video.',
  integrity: 'The file arrived damaged.',
  'too-large': 'The file is larger than allowed.',
  'blocked-address': 'The address of the file is blocked.',
  'disk-full': 'The disk of the server is full.',
  'disk-denied': 'The server is not allowed to write to its disk.',
  disk: 'The disk of the server failed.',
  'store-corrupt': 'The records of the server cannot be read.',
  busy: 'Somebody is working on it.',
  budget: 'The budget does not allow it.',
  'not-found': 'It is not there any more.',
  'invalid-input': 'The order is not valid.',
  internal: 'Something went wrong in the server.',
};

export function isPlain(message: string): boolean {
  return message.length <= LONGEST_PLAIN && TECHNICAL.every((sign) => message.search(sign) === -1);
}

/** A message as it is where it was written for people, else a sentence for its code and the message as details. */
export function plainly(code: string | undefined, message: string): Told {
  if (isPlain(message)) return { text: message };
  const known = Object.entries(SENTENCES).find(([name]) => name === code);
  return { text: known?.[1] ?? 'It did not work.', details: message };
}

/** As `plainly`, with what it cost where the message that says it is folded away. */
export function tellProblem(problem: VideoProblem, view: Pick<VideoView, 'costUsd' | 'submittedAt'>): Told {
  const told = plainly(problem.code, problem.message);
  if (told.details === undefined) return told;
  return { ...told, text: `${told.text} ${costWords(problem, view)}`.trim() };
}

function costWords(
  { code, isPaid }: VideoProblem,
  { costUsd, submittedAt }: Pick<VideoView, 'costUsd' | 'submittedAt'>,
) {
  if (isPaid) return 'It is paid for: to try again costs nothing.';
  if (code === 'rejected') return '';
  if (code === 'unknown-outcome') return 'It may have been charged.';
  if (costUsd === 0) return 'Nothing was charged.';
  if (costUsd != null) return `It cost ${formatDollars(costUsd)} all the same.`;
  return submittedAt === undefined ? 'Nothing was bought.' : '';
}

export interface TextPart {
  text: string;
  /** The part is a time: for the `datetime` of its element. */
  iso?: string;
}

/** A text for people cut at its times; of an address only the host stays. */
export function partsOf(text: string): TextPart[] {
  const short = text.replace(URL_TEXT, (_url, host: string) => `[link to ${host}]`);
  const parts: TextPart[] = [];
  let end = 0;
  for (const { 0: iso, index } of short.matchAll(ISO_TIME)) {
    parts.push({ text: short.slice(end, index) }, { text: formatMoment(iso), iso });
    end = index + iso.length;
  }
  return [...parts, { text: short.slice(end) }].filter((part) => part.text !== '');
}
