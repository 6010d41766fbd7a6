/** What a video costs, in dollars: a sum, or one for each size such as `1280x720`. */
export type Price = number | Readonly<Record<string, number>>;

/** By the second of the finished film, or by the video. */
export type VideoPrice = { usdPerSecond: Price } | { usdPerVideo: Price };

/** By model id. A provider's name before it (`openai/sora-2`) and a date behind it do not matter. */
export type VideoPrices = Readonly<Record<string, VideoPrice>>;

/** When the prices below were last right: with the end of the service. */
export const PRICE_DATE = '2026-09-24';

/** OpenAI's own, which services that still offer these models may have kept. */
export const VIDEO_PRICES: VideoPrices = {
  'sora-2': { usdPerSecond: { '720x1280': 0.1, '1280x720': 0.1 } },
  'sora-2-pro': {
    usdPerSecond: {
      '720x1280': 0.3,
      '1280x720': 0.3,
      '1024x1792': 0.5,
      '1792x1024': 0.5,
      '1080x1920': 0.7,
      '1920x1080': 0.7,
    },
  },
};

export interface KnownPrice {
  unit: 'second' | 'video';
  unitUsd: number;
  /** Undefined for a price of the caller's own. */
  priceDate?: string;
}

/**
 * The price of a model at a size.
 * @param own come before the table; a model that neither has, or not at this size, has an unknown price
 */
export function priceOf(
  model: string | undefined,
  size: string | undefined,
  own: VideoPrices = {},
): KnownPrice | undefined {
  if (model === undefined) return undefined;
  const names = [model, model.replace(/^.*\//, ''), undated(model)];
  const ofOwn = names.map((name) => knownPrice(own, name, size)).find(Boolean);
  if (ofOwn) return ofOwn;
  const ofTable = names.map((name) => knownPrice(VIDEO_PRICES, name, size)).find(Boolean);
  return ofTable && { ...ofTable, priceDate: PRICE_DATE };
}

/** `openai/sora-2-2025-10-06` is `sora-2`. */
function undated(model: string): string {
  return model.replace(/^.*\//, '').replace(/-\d{4}-\d\d-\d\d$/, '');
}

function knownPrice(prices: VideoPrices, model: string, size: string | undefined): KnownPrice | undefined {
  const price = Object.hasOwn(prices, model) ? prices[model] : undefined;
  if (!price) return undefined;
  const isBySecond = 'usdPerSecond' in price;
  const stated = isBySecond ? price.usdPerSecond : price.usdPerVideo;
  const unitUsd =
    typeof stated === 'number' ? stated : size !== undefined && Object.hasOwn(stated, size) ? stated[size] : undefined;
  return unitUsd === undefined ? undefined : { unit: isBySecond ? 'second' : 'video', unitUsd };
}

/** Without the remainders of floats: 0.1 dollars for 3 seconds are 0.3. */
export function timesUsd(unitUsd: number, units: number): number {
  return Math.round(unitUsd * units * 1e9) / 1e9;
}
