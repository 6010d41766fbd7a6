import { formatDollars } from '#lib/base/amounts.ts';
import { estimateFal, type FalPrice } from '#lib/fal/index.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import { forManagers } from './for-managers.server.ts';
import { type MediaEstimate, mediaGenerateSchema } from './media-view.ts';

/** What a film would cost, as far as that can be known before. @throws ProblemError `invalid-input`, `config` */
export async function estimateFilm({ searchParams }: URL): Promise<MediaEstimate> {
  const asked = { model: searchParams.get('model'), input: inputOf(searchParams.get('input')) };
  const order = mediaGenerateSchema.safeParse(asked).data;
  if (!order) throw new ProblemError('invalid-input', 'Give the model, and its input as JSON.');
  const { usd, price } = await forManagers(() => estimateFal(order.model, order.input));
  return { amountUsd: usd, text: estimateWords(usd, price) };
}

/** In one sentence; never a sum that is not one. */
export function estimateWords(usd: number | null, price: FalPrice | undefined): string {
  if (usd !== null) return `About ${formatDollars(usd)}.`;
  if (!price) return 'The price of this model is not known here.';
  return `The price varies: ${formatDollars(price.unitUsd)} for each "${price.unit || 'unit'}" that fal counts.`;
}

function inputOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '{}');
  } catch {
    return undefined;
  }
}
