import { systemClock } from '#lib/base/clock.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { mayStillDeliver, stateOf } from '#lib/jobs/record/state.ts';
import { assertBudget } from '#lib/jobs/spending/budget.ts';
import { readDaySpending } from '#lib/jobs/spending/day-totals.ts';
import { promptNote } from '#lib/wanx/prompt/note.ts';
import type { OrderOptions } from '#lib/wanx/request/options.ts';
import { type Order, orderOf } from '#lib/wanx/request/order.ts';
import { clientFor } from '#lib/wanx/run/client.server.ts';
import type { Era, Spot } from '#lib/wanx/spot.ts';
import { findVideo, videoStore } from '#lib/wanx/video-metadata.ts';
import { estimateOf } from './job.server.ts';
import { videoRequestFor } from './request.ts';
import { assertBound, assertNothingLost } from './store-binding.server.ts';

/**
 * Rejects options that no order may have, even if nothing would be bought: a model that does not exist, a
 * length that the model does not make.
 * @throws ReelError `invalid-input`
 */
export function checkOrderOptions(spot: Spot, era: Era, options: OrderOptions = {}): void {
  requestOf(spot, era, options, readSettings());
}

/**
 * Refuses at once what `generateAndStoreVideo` would refuse a moment later: options outside the model's table, a missing
 * key, records of another folder, and where something is to be bought, lost records and an exhausted budget. That it
 * passes promises nothing: all is checked again just before the request leaves.
 * @throws ReelError `invalid-input`, `config`, `store-corrupt`, `budget`
 */
export async function checkOrder(spot: Spot, era: Era, options: OrderOptions = {}): Promise<void> {
  const settings = readSettings();
  const { request, order } = requestOf(spot, era, options, settings);
  // Its constructor says what is missing.
  clientFor({}).complete(request);
  await assertBound(settings);
  if (!(await mustBuy(spot, era, options.force))) return;
  await assertNothingLost(settings);
  const spentToday = await readDaySpending(videoStore(settings), systemClock.now());
  assertBudget(spentToday, estimateOf(order), settings.budgetUsd);
}

/**
 * Which part of an order will not be followed, because another order already exists; undefined if all of it will be.
 * @param isRunning the caller works on this video already
 */
export async function orderNote(
  spot: Spot,
  era: Era,
  { prompt, force }: Pick<OrderOptions, 'prompt' | 'force'>,
  isRunning: boolean,
): Promise<string | undefined> {
  const record = await findVideo(spot.id, era.id);
  const isReady = record !== undefined && stateOf(record).kind === 'ready' && !isRunning;
  if (!isRunning && (!record || (isReady ? force === true : !mayStillDeliver(record)))) return undefined;
  return promptNote(prompt, record?.prompt, isReady ? 'finished' : 'under-way');
}

function requestOf(spot: Spot, era: Era, options: OrderOptions, { wanxModel }: Settings) {
  const request = videoRequestFor(spot, era, options, wanxModel);
  const order: Order = orderOf(request, wanxModel);
  return { request, order };
}

/** False where a task that was bought before may deliver: finishing it costs nothing. */
async function mustBuy(spot: Spot, era: Era, force: boolean | undefined): Promise<boolean> {
  const record = await findVideo(spot.id, era.id);
  if (!record) return true;
  if (stateOf(record).kind === 'ready') return force === true;
  return !mayStillDeliver(record);
}
