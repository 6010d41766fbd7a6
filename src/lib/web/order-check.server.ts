import { systemClock } from '#lib/base/clock.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { assertBudget } from '#lib/jobs/budget.ts';
import {
  buildEnhancedPrompt,
  type Era,
  getAllVideoMetadata,
  getVideoMetadata,
  type Spot,
  WanxClient,
} from '#lib/wanx/index.ts';
import { assertBound, assertNothingLost } from '#lib/wanx/store-binding.server.ts';
import { orderOf } from '#lib/wanx/stored-request.ts';
import { estimateOf } from '#lib/wanx/wan-job.server.ts';
import type { Order } from './order-schema.ts';
import { mayStillDeliver } from './view.server.ts';

/**
 * Refuses at once what the background work would refuse a moment later: options outside the model's table, a missing
 * key, lost records, an exhausted budget. The engine checks them all again where it counts.
 * @throws ReelError `invalid-input`, `config`, `store-corrupt`, `budget`
 */
export function assertOrder(spot: Spot, era: Era, { force, ...options }: Order): void {
  const settings = readSettings();
  const { model = settings.wanxModel, allowUnknownModel, audio } = options;
  const prompt = buildEnhancedPrompt(spot, era, { model, allowUnknownModel, ...(audio !== undefined && { audio }) });
  const request = { ...options, model, prompt };
  const order = orderOf(request, settings.wanxModel);
  // Its constructor says what is missing.
  new WanxClient().complete(request);
  assertBound(settings);
  if (!mustBuy(spot, era, force)) return;
  assertNothingLost(settings);
  assertAffordable(settings, order);
}

function assertAffordable(settings: Settings, order: ReturnType<typeof orderOf>): void {
  assertBudget(getAllVideoMetadata(), estimateOf(order), settings.budgetUsd, systemClock.now());
}

/** False where a task that was bought before may deliver: finishing it costs nothing. */
function mustBuy(spot: Spot, era: Era, force: boolean | undefined): boolean {
  const record = getVideoMetadata(spot.id, era.id);
  if (!record) return true;
  if (record.status === 'ready') return force === true;
  return !mayStillDeliver(record);
}
