import { throwIfAborted } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import type { RenameStep } from '#lib/base/disk/durable-publish.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import { type Verified, verifyPart } from '#lib/capture/check/verify.server.ts';
import { type AttemptContext, attemptDownload } from '#lib/capture/download/attempt.server.ts';
import { Link } from '#lib/capture/download/link.server.ts';
import { Patience } from '#lib/capture/download/patience.server.ts';
import { ProgressMeter } from '#lib/capture/download/progress-meter.ts';
import { Setback } from '#lib/capture/download/setback.ts';
import type { AssetFormat } from '#lib/capture/formats/asset-format.ts';
import type { ProgressListener } from '#lib/capture/options/progress.ts';
import { captureSettings } from '#lib/capture/options/settings.server.ts';
import { PartFile } from '#lib/capture/part/file.server.ts';
import { acquirePartLock } from '#lib/capture/part/lock.server.ts';
import { assertPlainFileOrNothing, type CapturePaths, prepareCapturePaths } from '#lib/capture/part/paths.server.ts';
import type { CaptureOptions, CaptureResult, CaptureSettings, RemoteAsset } from '#lib/capture/types.ts';

export { inspectAsset } from '#lib/capture/check/inspect.server.ts';
export { type OpenedAsset, openAsset } from '#lib/capture/download/open-asset.server.ts';
export { assertCapturable, assertPublicNames } from '#lib/capture/download/preflight.server.ts';
export { urlDeadline } from '#lib/capture/download/url-deadline.ts';
export type { AssetFormat, FormatName } from '#lib/capture/formats/asset-format.ts';
export type { MediaInfo } from '#lib/capture/formats/media-report.ts';
export type { CaptureProgress } from '#lib/capture/options/progress.ts';
export { removeLeftovers } from '#lib/capture/part/leftovers.server.ts';
export { acquirePartLock } from '#lib/capture/part/lock.server.ts';
export type { CaptureOptions, CaptureResult, FreshLink, InspectedFile, RemoteAsset } from '#lib/capture/types.ts';

/**
 * Downloads a remote asset, which must be a file of `format`, to `finalPath`. The file appears there whole, verified and on
 * disk, or not at all; a file that was there before stays until then. What an earlier run left in `<final>.part` is
 * resumed if it provably belongs to the same file.
 *
 * A second call for the same path, in this process or another, waits for the first one and then downloads again:
 * only the caller knows whether both want the same bytes.
 * @throws ReelError `invalid-input`, `expired` (the server rejects the link and there is no fresh one), `not-a-video`,
 * `integrity`, `too-large`, `blocked-address`, `auth`, `config` (of the proxy), `network` (rejected permanently, an
 * untrusted certificate, or no data for as long as `patienceMs` and the deadline allow: then also `rate-limited`),
 * `disk-full`, `disk-denied`, `disk`, `busy`, `aborted`
 */
export async function captureAsset(
  asset: RemoteAsset,
  finalPath: string,
  options: CaptureOptions & { format: AssetFormat },
): Promise<CaptureResult> {
  const checked = { ...captureSettings(options), format: options.format };
  const link = new Link(asset, checked.clock.now());
  const settings = { ...checked, report: withoutSecrets(checked.report, link) };
  try {
    return { localPath: finalPath, ...(await capture(finalPath, options, settings, link)) };
  } catch (error) {
    throw link.secrets.cleanError(error);
  }
}

function withoutSecrets(report: ProgressListener, { secrets }: Link): ProgressListener {
  return (progress) =>
    report(progress.stage === 'retrying' ? { ...progress, reason: secrets.clean(progress.reason) } : progress);
}

type Outcome = Omit<CaptureResult, 'localPath'>;

async function capture(
  finalPath: string,
  options: Pick<CaptureOptions, 'partTag' | 'needsFolder'>,
  settings: CaptureSettings,
  link: Link,
): Promise<Outcome> {
  throwIfAborted(settings.signal);
  const paths = await prepareCapturePaths(finalPath, options);
  const lock = await acquirePartLock(paths.lock, {
    clock: settings.clock,
    timeoutMs: settings.busyTimeoutMs,
    signal: settings.signal,
  });
  try {
    return await captureLocked(paths, settings, link);
  } finally {
    const partLeft = await assertPlainFileOrNothing(paths.part).catch(() => undefined);
    await lock.release(partLeft === undefined);
  }
}

async function captureLocked(paths: CapturePaths, settings: CaptureSettings, link: Link): Promise<Outcome> {
  let part: PartFile | undefined;
  try {
    part = await PartFile.open(paths, settings.expected, link.target.source);
    const meter = new ProgressMeter(settings.report, settings.clock);
    const patience = new Patience(settings, link);
    return await downloadUntilGood({ finalPath: paths.final, settings, link, part, meter, patience }, paths);
  } catch (error) {
    const failure = isSystemError(error) ? diskError(error, paths.part, 'downloading') : error;
    if (part && !isWorthKeeping(part, failure)) await part.discard();
    throw failure;
  } finally {
    await part?.close().catch(() => {});
  }
}

/** `ENOSPC` and the like; Node's own codes (`ERR_…`) are bugs of ours, not disk errors. */
function isSystemError(error: unknown): boolean {
  return /^E[A-Z0-9]+$/.test(errnoOf(error) ?? '');
}

/** A part is unusable after a failed write or failed checks; a failed fsync has removed it. */
function isWorthKeeping(part: PartFile, error: unknown): boolean {
  if (part.position === 0 || part.isGone) return false;
  // Whole and verified: only its rename, or a record of it, could not be written.
  if (!isReelError(error) || error.stage === 'recording') return true;
  return !(error.code === 'disk' || error.code === 'too-large' || error.stage === 'verifying');
}

/** A whole download that fails a check is thrown away and fetched once more from the start. */
async function downloadUntilGood(context: AttemptContext, paths: CapturePaths): Promise<Outcome> {
  const { part, settings, patience } = context;
  const run = { attempts: 0, resumedFrom: 0, highestByte: part.position, unprovenEnd: -1, isLastTry: false };
  for (;;) {
    try {
      const verified = await fillAndVerify(context, paths, run);
      throwIfAborted(settings.signal);
      await part.publish(renameStep(settings, verified));
      return { ...verified, resumedFrom: run.resumedFrom, attempts: run.attempts };
    } catch (error) {
      const isWholeFailure = isReelError(error) && (error.code === 'integrity' || error.code === 'not-a-video');
      if (!isWholeFailure || run.isLastTry) throw error;
      run.isLastTry = true;
      // An error page instead of the rest does not invalidate the bytes received so far.
      if (error.stage === 'verifying') await part.throwAway();
      await patience.beforeRepeat(error, run.attempts);
    }
  }
}

/** Without `publishWithin` the rename waits for nothing and does not block the event loop. */
function renameStep({ publishWithin }: CaptureSettings, { sizeBytes, sha256 }: Verified): RenameStep | undefined {
  return publishWithin && ((rename) => publishWithin({ sizeBytes, sha256 }, rename));
}

interface Run {
  attempts: number;
  resumedFrom: number;
  /** Only bytes beyond this count as progress: a server that always cuts at the same place makes none. */
  highestByte: number;
  /** Where a body without a length ended the last time. */
  unprovenEnd: number;
  /** One whole download has failed its checks already. */
  isLastTry: boolean;
}

async function fillAndVerify(context: AttemptContext, paths: CapturePaths, run: Run): Promise<Verified> {
  const { part, settings, patience } = context;
  if (part.isComplete) run.resumedFrom = part.position;
  for (;;) {
    try {
      if (!part.isComplete) await fill(context, run);
      settings.report({ stage: 'verifying', bytesReceived: part.position });
      return await verifyPart(part, paths.part, settings, run.unprovenEnd === part.position);
    } catch (error) {
      // The bytes received before the setback are valid: write them, so that the next run can resume from there.
      await part.settle();
      if (!(error instanceof Setback)) throw error;
      const setback = giveUpOnSameEnd(error, context, run);
      await part.dropLast(part.doubtfulBytes);
      await patience.after(setback, hasProgressed(part, run), run.attempts);
    }
  }
}

async function fill(context: AttemptContext, run: Run): Promise<void> {
  const { part, meter, settings } = context;
  run.attempts += 1;
  meter.begin(part.position);
  run.resumedFrom = await attemptDownload(context);
  await part.settle();
  meter.finish(part.position, part.facts.totalBytes ?? part.position);
  throwIfAborted(settings.signal);
}

function hasProgressed(part: PartFile, run: Run): boolean {
  const progressed = part.position > run.highestByte;
  run.highestByte = Math.max(run.highestByte, part.position);
  return progressed;
}

/** A file of unknown length that ends twice at the same byte was not cut: it is all there is, and it is not a video. */
function giveUpOnSameEnd(setback: Setback, { part, settings }: AttemptContext, run: Run): Setback {
  if (setback.code !== 'integrity') return setback;
  if (run.unprovenEnd === part.position) {
    run.isLastTry = true;
    throw new ReelError(
      'not-a-video',
      `The downloaded file is not a complete ${settings.format.title}: ${setback.message}, twice.`,
      {
        stage: 'verifying',
      },
    );
  }
  run.unprovenEnd = part.position;
  return setback;
}
