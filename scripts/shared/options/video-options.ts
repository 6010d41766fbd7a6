import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { ReelError } from '#lib/base/errors.ts';
import { readSettings } from '#lib/config.ts';
import type { CostEstimate, GenerateOptions, Ratio, Region, Resolution } from '#lib/wanx/index.ts';
import { ALL_RATIOS, ALL_RESOLUTIONS, estimateCost } from '#lib/wanx/models.ts';
import { completeRequest } from '#lib/wanx/request/complete.ts';
import { type Order, orderOf } from '#lib/wanx/request/stored.ts';
import { inputSecondsOf } from '#lib/wanx/uploads/local-file.server.ts';
import { videoRequestFor } from '#lib/wanx/videos/request.ts';
import { formatDollars, formatSeconds } from '../views/format.ts';
import { numberBetween } from './number-option.ts';

const ANY_SPOT = { id: 'place', name: 'A place' };
const ANY_ERA = { id: 'time', name: 'a time' };
const REGION_NAMES: Partial<Record<Region, string>> = { singapore: 'Singapore', beijing: 'Beijing', us: 'Virginia' };

/** `720p` is what people type. */
function resolution(text: string): Resolution {
  const found = ALL_RESOLUTIONS.find((one) => one === text.toUpperCase());
  if (found) return found;
  throw new InvalidArgumentError(`Allowed choices are ${ALL_RESOLUTIONS.join(', ')}.`);
}

/** One command-line option for each option of a generation. What the model does not take, the library refuses. */
export const videoOptions = {
  model: new Option('--model <id>', 'for example wan2.7-t2v; default: WANX_MODEL'),
  allowUnknownModel: new Option(
    '--allow-unknown-model',
    'the model may be one that is not known here: no price, no limits',
  ),
  resolution: new Option('--resolution <size>', ALL_RESOLUTIONS.join(', ')).argParser(resolution),
  ratio: new Option('--ratio <w:h>', 'shape of the picture').choices(ALL_RATIOS),
  duration: new Option('--duration <seconds>', 'length; -1 lets Wan 3.0 choose').argParser(numberBetween(-1, 60, true)),
  seed: new Option('--seed <number>', 'makes repeats alike').argParser(numberBetween(-1, 2_147_483_647, true)),
  prompt: new Option('--prompt <text>', 'your own words, in place of the built prompt'),
  negativePrompt: new Option('--negative-prompt <text>', 'what must not be seen'),
  audio: new Option('--audio', 'with sound, where the model has the choice'),
  noAudio: new Option('--no-audio', 'without sound, where the model has the choice'),
  watermark: new Option('--watermark', "the provider's mark in the picture"),
  promptExtend: new Option('--prompt-extend', 'lets the provider rewrite the prompt'),
  shotType: new Option('--shot-type <type>', 'Wan 2.6').choices(['single', 'multi'] as const),
  image: new Option('--image <file or URL>', 'first frame: makes the video from this picture'),
  lastFrame: new Option('--last-frame <file or URL>', 'last frame, together with --image'),
  audioUrl: new Option('--audio-url <file or URL>', 'sound to use'),
  template: new Option('--template <effect>', 'effect for --image, in place of the words: Wan 2.1 to 2.6'),
  timeout: new Option('--timeout <minutes>', 'stops waiting after that; the video is not lost').argParser(
    numberBetween(0.001, 1440),
  ),
  force: new Option('--force', 'buys anew although there is a finished video'),
  adopt: new Option(
    '--adopt',
    'goes on with records and video folder as they stand, where they are refused as lost or as not belonging together',
  ),
  ifBusy: new Option('--if-busy <what>', 'when another process makes the same video')
    .choices(['wait', 'fail'] as const)
    .default('wait' as const),
};

/** What commander makes of them. */
export interface VideoArguments {
  model?: string | undefined;
  allowUnknownModel?: true | undefined;
  resolution?: Resolution | undefined;
  ratio?: Ratio | undefined;
  duration?: number | undefined;
  seed?: number | undefined;
  prompt?: string | undefined;
  negativePrompt?: string | undefined;
  audio?: boolean | undefined;
  watermark?: true | undefined;
  promptExtend?: true | undefined;
  shotType?: 'single' | 'multi' | undefined;
  image?: string | undefined;
  lastFrame?: string | undefined;
  audioUrl?: string | undefined;
  template?: string | undefined;
  timeout?: number | undefined;
  force?: true | undefined;
  adopt?: true | undefined;
  ifBusy?: 'wait' | 'fail' | undefined;
}

export interface PricedOrder {
  order: Order;
  estimate: CostEstimate;
  options: GenerateOptions;
}

/**
 * Checks the options against the model table before anything is bought, and says what one video is expected to cost.
 * @throws ReelError `invalid-input` naming what is allowed
 */
export async function priceOrder(given: VideoArguments): Promise<PricedOrder> {
  const { duration, timeout, ...rest } = given;
  const asked = { ...rest, durationSeconds: duration };
  const { wanxModel } = readSettings();
  if (rest.prompt?.trim() === '')
    throw new ReelError('invalid-input', '--prompt is empty. Write what is to be seen, or leave it out.');
  // Any place will do: neither the checks nor the price depend on its words.
  const request = videoRequestFor(ANY_SPOT, ANY_ERA, asked, wanxModel);
  const order = orderOf(request, wanxModel, await inputSecondsOf(completeRequest(request, wanxModel)));
  const timeoutMs = timeout === undefined ? undefined : timeout * 60_000;
  return { order, estimate: estimateCost(order.cost), options: { ...asked, model: order.model, timeoutMs } };
}

/** `about $0.50 (5 s of wan2.7-t2v at 720P; list price of Singapore, 2026-09-16)` */
export function estimateText({ order, estimate }: PricedOrder, videos = 1): string {
  // The model or what is put in decides the length, or seconds of what is put in are billed as well.
  const isOpen = order.cost.inputSeconds === undefined && order.durationSeconds !== estimate.seconds;
  const length = `${isOpen ? 'up to ' : ''}${formatSeconds(estimate.seconds)}`;
  const what = `${length} of ${order.model}${order.resolution === undefined ? '' : ` at ${order.resolution}`}`;
  if (estimate.usd === null)
    return `price not known (${videos === 1 ? '' : `${videos} × `}${what}). ${estimate.note ?? ''}`.trim();
  const each = videos === 1 ? what : `${videos} × ${formatDollars(estimate.usd)}: ${what}`;
  const dated = estimate.priceDate === undefined ? '' : `; ${listName(estimate)}, ${estimate.priceDate}`;
  return `${isOpen ? 'at most' : 'about'} ${formatDollars(estimate.usd * videos)} (${each}${dated})`;
}

function listName({ priceRegion }: CostEstimate): string {
  const region = priceRegion && REGION_NAMES[priceRegion];
  return region === undefined ? 'list price' : `list price of ${region}`;
}
