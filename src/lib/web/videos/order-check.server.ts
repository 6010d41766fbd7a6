import { systemClock } from '#lib/base/clock.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { mayStillDeliver, stateOf } from '#lib/jobs/record/state.ts';
import { assertBudget } from '#lib/jobs/spending/budget.ts';
import { daySpending } from '#lib/jobs/spending/day-totals.ts';
import { type Era, getVideoMetadata, type Spot, WanxClient } from '#lib/wanx/index.ts';
import { promptNote } from '#lib/wanx/prompt/note.ts';
import { orderOf } from '#lib/wanx/request/stored.ts';
import { videoStore } from '#lib/wanx/video-metadata.ts';
import { estimateOf } from '#lib/wanx/videos/job.server.ts';
import { videoRequestFor } from '#lib/wanx/videos/request.ts';
import { assertBound, assertNothingLost } from '#lib/wanx/videos/store-binding.server.ts';
import { configuredModel } from '#lib/web/server/configured-model.ts';
import type { OrderBody } from './order-schema.ts';

/**
 * Refuses options that no order may have, whether or not anything is to be bought for it: a model that there is not, a
 * length that the model does not make.
 * @throws ReelError `invalid-input`; `config` where the model of the settings is at fault
 */
export function assertOptions(spot: Spot, era: Era, { force: _force, ...options }: OrderBody): void {
  requestOf(spot, era, options, readSettings());
}

/**
 * Refuses at once what the background work would refuse a moment later: options outside the model's table, a missing
 * key, lost records, an exhausted budget. The engine checks them all again where it counts.
 * @throws ReelError `invalid-input`, `config`, `store-corrupt`, `budget`
 */
export function assertOrder(spot: Spot, era: Era, { force, ...options }: OrderBody): void {
  const settings = readSettings();
  const { request, order } = requestOf(spot, era, options, settings);
  // Its constructor says what is missing.
  new WanxClient().complete(request);
  assertBound(settings);
  if (!mustBuy(spot, era, force)) return;
  assertNothingLost(settings);
  assertAffordable(settings, order);
}

/** What of an order will not be followed, because another one is there already. */
export function orderNote(spot: Spot, era: Era, { prompt, force }: OrderBody, isRunning: boolean): { note?: string } {
  const record = getVideoMetadata(spot.id, era.id);
  const isReady = record !== undefined && stateOf(record).kind === 'ready' && !isRunning;
  if (!isRunning && (!record || (isReady ? force === true : !mayStillDeliver(record)))) return {};
  const note = promptNote(prompt, record?.prompt, isReady ? 'finished' : 'under-way');
  return note === undefined ? {} : { note };
}

function requestOf(spot: Spot, era: Era, options: Omit<OrderBody, 'force'>, settings: Settings) {
  const model = options.model ?? configuredModel(settings);
  const request = videoRequestFor(spot, era, { ...options, model }, settings.wanxModel);
  return { request, order: orderOf(request, settings.wanxModel) };
}

function assertAffordable(settings: Settings, order: ReturnType<typeof orderOf>): void {
  const { totalSync } = videoStore(settings.metadataPath);
  const spentToday = daySpending({ total: totalSync }, systemClock.now());
  assertBudget(spentToday, estimateOf(order), settings.budgetUsd);
}

/** False where a task that was bought before may deliver: finishing it costs nothing. */
function mustBuy(spot: Spot, era: Era, force: boolean | undefined): boolean {
  const record = getVideoMetadata(spot.id, era.id);
  if (!record) return true;
  if (stateOf(record).kind === 'ready') return force === true;
  return !mayStillDeliver(record);
}
