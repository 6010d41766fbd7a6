import { legacyPixels } from '#lib/wanx/models/limits.ts';
import type { Mode, Ratio, Resolution, WanModel } from '#lib/wanx/models/traits.ts';

export interface PictureSize {
  width: number;
  height: number;
}

/**
 * From the page "text to video" of Wan 2.7: the other ratios have the pixels of the legacy protocol, exactly.
 * https://www.alibabacloud.com/help/en/model-studio/text-to-video-api-reference
 */
const WAN27_PIXELS: Partial<Record<Resolution, Partial<Record<Ratio, string>>>> = {
  '720P': { '4:3': '1104*832', '3:4': '832*1104' },
  '1080P': { '4:3': '1648*1248', '3:4': '1248*1648' },
};

/**
 * The pixels that are ordered with a resolution and a ratio; undefined where the provider's pages name none (Wan 3.0,
 * references) or the picture follows the input.
 */
export function pictureSizeOf(
  model: Pick<WanModel, 'family' | 'sizedByPixels'>,
  mode: Mode,
  resolution: Resolution | null | undefined,
  ratio: Ratio | null | undefined,
): PictureSize | undefined {
  if (!resolution || !ratio) return undefined;
  const isNamed = model.sizedByPixels || (model.family === 'wan2.7' && mode === 'text');
  if (!isNamed) return undefined;
  const own = model.sizedByPixels ? undefined : WAN27_PIXELS[resolution]?.[ratio];
  const [width, height] = (own ?? legacyPixels(resolution, ratio))?.split('*').map(Number) ?? [];
  return width === undefined || height === undefined ? undefined : { width, height };
}
