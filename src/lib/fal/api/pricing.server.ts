import { z } from 'zod';
import type { FalPrice } from '#lib/fal/prices.ts';
import type { FalApi } from './fal-api.server.ts';

const TIMEOUT_MS = 5000;
const KEPT_MS = 3_600_000;

const prices = z.looseObject({
  prices: z.array(
    z.looseObject({
      endpoint_id: z.string(),
      unit_price: z.number().nonnegative(),
      unit: z.string(),
      currency: z.string(),
    }),
  ),
});

const known = new Map<string, { price: FalPrice | undefined; untilMs: number }>();

/**
 * What a unit of a model costs this account, by fal's own word; undefined where that cannot be had, or is not in dollars. An
 * hour's answer is good enough to estimate with.
 */
export async function askForPrice(
  api: FalApi,
  modelId: string,
  signal: AbortSignal | undefined,
): Promise<FalPrice | undefined> {
  const { endpoint, clock } = api.settings;
  if (endpoint.apiUrl === undefined) return undefined;
  const key = `${api.account} ${endpoint.apiUrl} ${modelId}`;
  const kept = known.get(key);
  if (kept && clock.now() < kept.untilMs) return kept.price;
  const url = `${endpoint.apiUrl}/v1/models/pricing?${new URLSearchParams({ endpoint_id: modelId })}`;
  const answer = await api.exchange({ method: 'GET', url, signal, timeoutMs: TIMEOUT_MS });
  if (answer.kind !== 'answer' || answer.status !== 200) return undefined;
  const found = prices.safeParse(answer.body).data?.prices.find((one) => one.endpoint_id === modelId);
  const price = found?.currency === 'USD' ? { unit: found.unit, unitUsd: found.unit_price } : undefined;
  known.set(key, { price, untilMs: clock.now() + KEPT_MS });
  return price;
}
