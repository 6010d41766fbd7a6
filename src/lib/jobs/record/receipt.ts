import { formatDollars } from '#lib/base/amounts.ts';
import { redactLinksOf } from '#lib/base/redact.ts';
import type { Charged, Delivered, Estimate, Receipt } from './job-record.ts';

export interface ReceiptInput {
  atMs: number;
  taskId: string;
  /** What was ordered, as the user would say it: model, resolution, seconds, … Links in it lose their queries. */
  asked: Record<string, unknown>;
  /** What the file should therefore be; a missing field was not ordered. */
  expected: Delivered;
  estimate: Estimate;
  charged: Charged | undefined;
  delivered: Delivered;
  /** What is odd about the file, though it is whole. */
  notes?: readonly string[] | undefined;
}

// An estimate is one: only what is far above it is worth a look.
const FAR_ABOVE = 2;
// Encoders round to whole frames and audio packets: half a second is no difference worth a claim.
const DURATION_TOLERANCE_SECONDS = 0.5;

export function makeReceipt(input: ReceiptInput): Receipt {
  const { atMs, taskId, asked, expected, estimate, delivered, notes } = input;
  const charged = input.charged ?? { usd: null };
  return {
    at: new Date(atMs).toISOString(),
    taskId,
    asked: redactLinksOf(asked),
    estimate,
    charged,
    delivered,
    differences: [
      ...deliveryDifferences(expected, delivered),
      ...chargeDifferences(input, charged),
      ...priceDifferences(estimate, charged),
    ],
    ...(notes && { notes: [...notes] }),
  };
}

function deliveryDifferences(expected: Delivered, delivered: Delivered): string[] {
  const differences: string[] = [];
  if (differ(expected.durationSeconds, delivered.durationSeconds)) {
    differences.push(`ordered ${expected.durationSeconds} s, the file has ${round(delivered.durationSeconds)} s`);
  }
  if (expected.width && expected.height && delivered.width && delivered.height) {
    const asked = `${expected.width}x${expected.height}`;
    const got = `${delivered.width}x${delivered.height}`;
    if (asked !== got) differences.push(`ordered ${asked}, the file has ${got}`);
  }
  if (expected.hasAudio === true && delivered.hasAudio === false)
    differences.push('ordered with sound, the file has none');
  if (expected.hasAudio === false && delivered.hasAudio === true)
    differences.push('ordered without sound, the file has sound');
  return differences;
}

/**
 * An input video may be charged in addition to the output: where the two are not reported separately, up to the
 * estimate.
 */
function chargeDifferences({ expected, estimate, delivered }: ReceiptInput, charged: Charged): string[] {
  const { unit = 'second' } = estimate;
  if (unit !== 'second') return countDifferences(estimate, charged);
  const units = charged.outputUnits ?? charged.units;
  const seconds = delivered.durationSeconds;
  if (expected.durationSeconds === undefined || units === undefined || seconds === undefined) return [];
  const forInput = charged.outputUnits === undefined ? Math.max(0, estimate.units - expected.durationSeconds) : 0;
  const fits =
    units >= seconds - DURATION_TOLERANCE_SECONDS && units <= seconds + forInput + DURATION_TOLERANCE_SECONDS;
  return fits ? [] : [`charged for ${units} s, the file has ${round(seconds)} s`];
}

/** Tokens are estimated by a rule of thumb; videos are counted. */
function countDifferences({ unit, units: ordered }: Estimate, { units: charged }: Charged): string[] {
  if (unit !== 'video' || charged === undefined || charged === ordered) return [];
  return [`charged for ${charged} videos, ordered ${ordered}`];
}

function priceDifferences({ usd: estimated }: Estimate, { usd: charged }: Charged): string[] {
  if (!estimated || charged === null || charged <= FAR_ABOVE * estimated) return [];
  return [`charged ${formatDollars(charged)}, the estimate was ${formatDollars(estimated)}`];
}

function differ(asked: number | undefined, got: number | undefined): boolean {
  return asked !== undefined && got !== undefined && Math.abs(asked - got) > DURATION_TOLERANCE_SECONDS;
}

function round(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 100) / 100;
}
