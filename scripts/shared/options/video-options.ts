import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import * as z from 'zod';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { readSettings } from '#lib/config.ts';
import type { CostEstimate, GenerateOptions, Region } from '#lib/wanx/index.ts';
import { estimateCost } from '#lib/wanx/models.ts';
import { completeRequest } from '#lib/wanx/request/complete.ts';
import type { OptionTable } from '#lib/wanx/request/option-table.ts';
import { type Order, orderOf } from '#lib/wanx/request/order.ts';
import { type StoredRequest, storedRequestSchema } from '#lib/wanx/request/stored.ts';
import { inputSecondsOf } from '#lib/wanx/uploads/local-file.server.ts';
import { videoRequestFor } from '#lib/wanx/videos/request.ts';
import { formatDollars, formatSeconds } from '../views/format.ts';
import { numberBetween } from './number-option.ts';

const ANY_SPOT = { id: 'place', name: 'A place' };
const ANY_ERA = { id: 'time', name: 'a time' };
const REGION_NAMES: Partial<Record<Region, string>> = { singapore: 'Singapore', beijing: 'Beijing', us: 'Virginia' };

/** Options of every run, for `addOption`. */
export const runOptions = {
  timeout: new Option('--timeout <minutes>', 'stops waiting after that; the video is not lost').argParser(
    numberBetween(0.001, 1440),
  ),
  force: new Option('--force', 'buys again even if there is a finished video'),
  adopt: new Option(
    '--adopt',
    'accepts records and video folder as they are, after they were rejected as lost or as not belonging together',
  ),
  ifBusy: new Option('--if-busy <what>', 'what to do if another process is making the same video')
    .choices(['wait', 'fail'] as const)
    .default('wait' as const),
};

interface TakesOptions {
  addOption(option: Option): unknown;
}

/** Adds the options of a generation to a command, under the names that the library uses. */
export function addVideoOptions<Given extends TakesOptions>(command: Given, rows: OptionTable): Given {
  for (const [name, { json, flags }] of Object.entries(rows)) {
    for (const one of flags) command.addOption(videoOption(name, one, json));
  }
  return command;
}

function videoOption(name: string, flags: string, schema: z.ZodType): Option {
  const help = schema.description ?? '';
  const option = new Option(flags, flags.startsWith('--no-') ? `no ${help}` : help);
  option.attributeName = () => name;
  if (schema instanceof z.ZodBoolean) return option;
  if (schema instanceof z.ZodEnum) option.choices(schema.options.map(String));
  return option.argParser((text: string) => parsed(schema, text));
}

/** Checks a value with the same schema as everywhere else. */
function parsed(schema: z.ZodType, text: string): unknown {
  const result = schema.safeParse(meant(schema, text));
  if (result.success) return result.data;
  throw new InvalidArgumentError(result.error.issues.map(({ message }) => `It ${message}.`).join(' '));
}

function meant(schema: z.ZodType, text: string): unknown {
  // `720p` is what people type.
  if (schema instanceof z.ZodEnum) return schema.options.find((one) => one === text.toUpperCase()) ?? text;
  return schema instanceof z.ZodNumber && text.trim() !== '' ? Number(text) : text;
}

/** The options as commander parses them. */
export interface VideoArguments extends StoredRequest {
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
 * Checks the options against the model table before anything is bought, and estimates the price of one video.
 * @throws ReelError `invalid-input` naming what is allowed
 */
export async function priceOrder(given: VideoArguments): Promise<PricedOrder> {
  const { timeout, force, adopt, ifBusy } = given;
  const asked = storedRequestSchema.parse(given);
  const { wanxModel } = readSettings();
  // Any place will do: neither the checks nor the price depend on it.
  const request = videoRequestFor(ANY_SPOT, ANY_ERA, asked, wanxModel);
  const order = orderOf(request, wanxModel, await inputSecondsOf(completeRequest(request, wanxModel), mp4.inspect));
  const timeoutMs = timeout === undefined ? undefined : timeout * 60_000;
  const options = { ...asked, model: order.model, timeoutMs, force, adopt, ifBusy };
  return { order, estimate: estimateCost(order.cost), options };
}

/** `about $0.50 (5 s of wan2.7-t2v at 720P; list price of Singapore, 2026-09-16)` */
export function estimateText({ order, estimate }: PricedOrder, videos = 1): string {
  // The model or the input decides the length, or seconds of the input are billed as well.
  const isOpen = order.cost.inputSeconds === undefined && order.durationSeconds !== estimate.seconds;
  const length = `${isOpen ? 'up to ' : ''}${formatSeconds(estimate.seconds)}`;
  const what = `${length} of ${order.model}${order.resolution === undefined ? '' : ` at ${order.resolution}`}`;
  if (estimate.usd === null)
    return `price unknown (${videos === 1 ? '' : `${videos} × `}${what}). ${estimate.note ?? ''}`.trim();
  const each = videos === 1 ? what : `${videos} × ${formatDollars(estimate.usd)}: ${what}`;
  const dated = estimate.priceDate === undefined ? '' : `; ${listName(estimate)}, ${estimate.priceDate}`;
  return `${isOpen ? 'at most' : 'about'} ${formatDollars(estimate.usd * videos)} (${each}${dated})`;
}

function listName({ priceRegion }: CostEstimate): string {
  const region = priceRegion && REGION_NAMES[priceRegion];
  return region === undefined ? 'list price' : `list price of ${region}`;
}
