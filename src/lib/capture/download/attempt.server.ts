import { retryAfterMs } from '#lib/base/backoff.ts';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { type Answer, type Asked, readAnswer, resumeHeaders } from '#lib/capture/http/answer.ts';
import type { Exchange } from '#lib/capture/http/exchange.server.ts';
import { HttpFault } from '#lib/capture/http/fault.ts';
import { fetchFollowing } from '#lib/capture/http/redirects.server.ts';
import type { PartFile } from '#lib/capture/part/file.server.ts';
import { assertFreeSpace } from '#lib/capture/part/paths.server.ts';
import type { CaptureSettings } from '#lib/capture/types.ts';
import type { Link } from './link.server.ts';
import { assertNotCut, openBody } from './opening.server.ts';
import { GRACE_MS, type Patience } from './patience.server.ts';
import type { ProgressMeter } from './progress-meter.ts';
import { Setback } from './setback.ts';

export interface AttemptContext {
  finalPath: string;
  settings: CaptureSettings;
  link: Link;
  part: PartFile;
  meter: ProgressMeter;
  patience: Patience;
  /** The server has compressed the file once, although it was asked not to: it may not be able to do otherwise. */
  isCompressed?: boolean;
}

/** A killed process loses at most this much of a slow download. */
const FLUSH_INTERVAL_MS = 250;

/**
 * One request for the missing part of the file. Returns when the part file is complete as far as the response shows.
 * @returns the byte from which this attempt resumed
 * @throws Setback when another attempt may help; ReelError `not-a-video` or `integrity` when the whole download is bad, or
 * any other code when retrying will not help
 */
export async function attemptDownload(context: AttemptContext): Promise<number> {
  const { link, part, settings } = context;
  let exchange: Exchange | undefined;
  try {
    const asking = await ask(context, part.asked());
    exchange = asking.exchange;
    const answer = link.isStable ? withoutEnd(asking.answer, exchange.head.status) : asking.answer;
    if (answer.kind === 'whole' || answer.kind === 'rest') {
      return await takeBody(context, exchange, answer);
    }
    if (answer.kind === 'complete') {
      await part.beginRest({ ...part.facts, totalBytes: part.position }, link.target.source);
      return part.position;
    }
    if (answer.kind === 'refused') throw refused(context, answer.reason, answer.code);
    if (answer.kind === 'start-over') await part.throwAway();
    throw new Setback(answer.kind, answer.reason, {
      retryAfterMs: retryAfterMs(exchange.head.headers.get('retry-after'), link.serverTimeMs(settings.clock.now())),
      status: exchange.head.status,
      ...(answer.kind === 'later' ? { code: answer.code } : {}),
    });
  } catch (error) {
    throw error instanceof HttpFault ? setbackOf(context, error, exchange?.head.status) : error;
  } finally {
    exchange?.close();
  }
}

/** Of a link that does not change: no refusal but 410 shows that the file is gone. */
function withoutEnd(answer: Asking['answer'], status: number): Asking['answer'] {
  if (answer.kind === 'dead-link' && status !== 410) return { kind: 'later', reason: answer.reason, code: 'expired' };
  return answer.kind === 'refused' && status === 401 ? { ...answer, kind: 'later' } : answer;
}

interface Asking {
  exchange: Exchange;
  answer: Exclude<Answer, { kind: 'ask-by-checksum' }>;
}

async function ask(context: AttemptContext, asked: Asked): Promise<Asking> {
  const { link, settings, patience } = context;
  const progress = { startMs: settings.clock.now(), hasHead: false };
  const limits = { tooLate: () => tooLate(context, progress), secrets: link.secrets };
  const exchange = await fetchFollowing(link.target, resumeHeaders(asked), {
    ...settings,
    ...limits,
    credentials: link.credentials,
  });
  progress.hasHead = true;
  patience.noteBytes();
  link.noteAnswer(exchange.head, settings.clock.now());
  const answer = readAnswer(exchange.head, exchange.framing, asked);
  if (answer.kind !== 'ask-by-checksum') return { exchange, answer };
  exchange.close();
  return ask(context, { ...asked, byChecksum: true });
}

/** Limits what a stall timeout does not: a server can drip headers, chunk sizes, trailers and the file itself forever. */
function tooLate(context: AttemptContext, progress: { startMs: number; hasHead: boolean }): Error | undefined {
  const { link, settings, patience } = context;
  const nowMs = settings.clock.now();
  // A link that is past its time may still work, or has to be tried before the provider gives a fresh one.
  const runsMs = nowMs - progress.startMs;
  if (runsMs > GRACE_MS && link.leftMs(nowMs) < -GRACE_MS) {
    return link.givenUp('the transfer was still running an hour after the link expired', 'network');
  }
  // A head has a limit of its own.
  return progress.hasHead && patience.isSpent(nowMs)
    ? new HttpFault('stall', 'no data of the file was received for too long')
    : undefined;
}

async function takeBody(
  context: AttemptContext,
  exchange: Exchange,
  answer: Extract<Answer, { kind: 'whole' | 'rest' }>,
): Promise<number> {
  if (answer.kind === 'whole') return await takeWhole(context, exchange, answer);
  const { part, link } = context;
  const start = part.position;
  await assertRoom(context, answer.facts.totalBytes, start);
  await part.beginRest(answer.facts, link.target.source);
  await takeRest(context, exchange);
  return start;
}

async function takeWhole(
  context: AttemptContext,
  answered: Exchange,
  answer: Extract<Answer, { kind: 'whole' }>,
): Promise<number> {
  const { part, link, meter, settings } = context;
  const { exchange, opening, facts } = await openBody(answered, context, answer);
  await assertRoom(context, facts.totalBytes, 0);
  await part.beginWhole(facts, link.target.source);
  meter.begin(0);
  await part.append(opening);
  await settings.throttle?.(opening.length);
  await takeRest(context, exchange);
  return 0;
}

async function assertRoom(context: AttemptContext, totalBytes: number | undefined, start: number): Promise<void> {
  assertSize(context, totalBytes);
  await assertFreeSpace(context.finalPath, totalBytes === undefined ? undefined : totalBytes - start);
}

/** Adds what follows of the body to the part. */
async function takeRest(context: AttemptContext, exchange: Exchange): Promise<void> {
  const { part, settings } = context;
  await pump(context, exchange.body).catch(async (error: unknown) => {
    await part.dropLast(unprovenBytes(part, exchange, error));
    throw error;
  });
  part.endedByClose = exchange.framing.kind === 'until-close';
  part.doubtfulBytes = part.hasChecksum ? 0 : exchange.lastChunkBytes();
  assertNotCut(exchange, part.position, part.facts.totalBytes ?? settings.expected.sizeBytes);
}

/**
 * What a fault leaves at the end of the part that may be no bytes of the file. In a chunk that was only cut they most
 * likely are, and are kept where a checksum of the whole tells: in chunks of any size a bad line still gets on.
 */
function unprovenBytes(part: PartFile, exchange: Exchange, error: unknown): number {
  const isMalformed = error instanceof HttpFault && error.kind === 'protocol';
  return part.hasChecksum && !isMalformed ? 0 : exchange.openBytes();
}

async function pump(context: AttemptContext, body: Exchange['body']): Promise<void> {
  const { part, meter, settings, patience, link } = context;
  const flusher = setInterval(() => part.flushIfIdle(), FLUSH_INTERVAL_MS);
  try {
    for await (const piece of body) {
      await part.append(piece);
      link.noteBytes();
      patience.noteBytes();
      if (part.position > settings.maxBytes) assertSize(context, part.position);
      meter.update(part.position, part.facts.totalBytes);
      await settings.throttle?.(piece.length);
    }
  } finally {
    clearInterval(flusher);
  }
}

function assertSize({ settings, link }: AttemptContext, bytes: number | undefined): void {
  if (bytes === undefined) return;
  if (bytes > settings.maxBytes) {
    const what = `${link.target.display} has ${bytes} bytes or more; the limit (maxBytes) is ${settings.maxBytes}.`;
    throw new ReelError('too-large', `${what} Raise it if that is a size you expect.`, { stage: 'downloading' });
  }
  const { sizeBytes } = settings.expected;
  if (sizeBytes !== undefined && bytes !== sizeBytes && bytes <= settings.maxBytes) {
    throw new ReelError('integrity', `The server announced ${bytes} bytes, but ${sizeBytes} were expected.`, {
      stage: 'downloading',
    });
  }
}

function refused({ link }: AttemptContext, reason: string, code: ReelError['code']): ReelError {
  const advice = code === 'auth' ? adviceOnCredentials(link) : 'Check the link; retrying will not help.';
  return new ReelError(code, `${link.target.display}: ${reason}. ${advice}`, {
    stage: 'downloading',
    retryable: false,
  });
}

function adviceOnCredentials({ credentials }: Link): string {
  if (credentials.length > 0) return 'Check the credentials in `headers`.';
  return 'No credentials were sent: check that the link is complete, or pass them in `headers`.';
}

function setbackOf(context: AttemptContext, fault: HttpFault, status: number | undefined): Error {
  if (fault.kind !== 'tls') return new Setback('later', fault.message, { status, cause: fault });
  const cause = isReelError(fault.cause) ? fault.cause : fault;
  const message = `The certificate of ${context.link.target.display} was rejected: ${messageOf(cause)}.`;
  return new ReelError('network', `${message} Nothing was downloaded; check the link and this machine's clock.`, {
    stage: 'downloading',
    retryable: false,
    cause,
  });
}
