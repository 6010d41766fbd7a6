import { defaultResolution, makesSeconds, ratiosAt, secondsText } from '#lib/wanx/models/limits.ts';
import { oneOf, refuse, shown } from '#lib/wanx/models/refuse.ts';
import type { Mode, Resolution, WanModel } from '#lib/wanx/models/traits.ts';
import type { CompleteRequest, InputMedia, MediaRole, WanxRequest } from './options.ts';

type Shape = Pick<CompleteRequest, 'resolution' | 'ratio' | 'durationSeconds'>;

const VIDEO_ROLES: readonly MediaRole[] = ['reference-video', 'video', 'first-clip'];

/** Size, shape and length of the video. */
export function shapeOf(request: WanxRequest, model: WanModel, mode: Mode, media: readonly InputMedia[]): Shape {
  const resolution = resolutionOf(request.resolution, model);
  const table = resolution ?? defaultResolution(model);
  return {
    resolution,
    ratio: ratioOf(request, model, mode, table, media),
    durationSeconds: durationOf(request.durationSeconds, model, media),
  };
}

function resolutionOf(asked: Resolution | undefined, model: WanModel): Resolution | null {
  if (model.resolutions.length > 0) {
    return oneOf('resolution', asked ?? defaultResolution(model), model.resolutions, model);
  }
  if (asked === undefined) return null;
  throw refuse(
    `resolution ${shown(asked)} is not supported by ${model.id}: the picture follows the input. Leave it out.`,
  );
}

function ratioOf(
  request: WanxRequest,
  model: WanModel,
  mode: Mode,
  resolution: Resolution,
  media: readonly InputMedia[],
): CompleteRequest['ratio'] {
  const follows = model.family === 'wan2.7' && media.some((item) => item.role === 'first-frame');
  if (model.ratios.length === 0 || follows) {
    if (request.ratio === undefined) return null;
    throw refuse(
      `ratio ${shown(request.ratio)} is not supported by ${model.id} here: the picture follows the input. Leave it out.`,
    );
  }
  if (mode === 'continuation' && request.ratio !== undefined && request.ratio !== 'adaptive') {
    throw refuse(`ratio ${shown(request.ratio)} cannot be combined with firstClip. Allowed: adaptive.`);
  }
  // An edited video keeps its shape unless another one is asked for.
  if (request.ratio === undefined && model.family === 'wan2.7' && mode === 'edit') return null;
  return oneOf('ratio', request.ratio ?? usualRatio(model, mode), ratiosAt(model, resolution), model);
}

/** A picture or a video put in has its own shape: 16:9 would crop it. */
function usualRatio(model: WanModel, mode: Mode): NonNullable<CompleteRequest['ratio']> {
  const hasShape = mode === 'image' || mode === 'first-and-last-frame' || mode === 'edit' || mode === 'continuation';
  return hasShape && model.ratios.includes('adaptive') ? 'adaptive' : '16:9';
}

function durationOf(asked: number | undefined, model: WanModel, media: readonly InputMedia[]): number | null {
  if (!model.takesDuration && asked !== undefined) {
    throw refuse(
      `durationSeconds ${shown(asked)} is not supported by ${model.id}: the video is as long as the input. Leave it out.`,
    );
  }
  if (asked === undefined && model.sourceDuration) return null;
  const seconds = asked ?? 5;
  const withVideo = media.some((item) => VIDEO_ROLES.includes(item.role));
  if (makesSeconds(model, seconds, withVideo)) return seconds;
  throw refuse(
    `durationSeconds ${shown(asked)} is not supported by ${model.id}. Allowed: ${secondsText(model, withVideo)}.`,
  );
}
