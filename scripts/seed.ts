// `npm run seed`: makes every missing video, after showing the cost.
import './shared/require-node.js';
import { ReelError } from '#lib/base/errors.ts';
import { readSettings } from '#lib/config.ts';
import { findVideo, WanxClient } from '#lib/wanx/index.ts';
import { ORDER_OPTIONS } from '#lib/wanx/request/option-table.ts';
import { makeVideos } from './shared/bulk.ts';
import { canAsk, confirm } from './shared/confirm.ts';
import { type Outcome, showStillRunning } from './shared/make-video.ts';
import { type Context, newCommand, numberBetween, runCommand } from './shared/options/command.ts';
import { EXIT, type ExitCode, exitCodeOfAll } from './shared/options/exit-codes.ts';
import {
  addVideoOptions,
  estimateText,
  type PricedOrder,
  priceOrder,
  runOptions,
} from './shared/options/video-options.ts';
import { type Place, selectPlaces } from './shared/places.ts';
import { planFor, videoState } from './shared/plan.ts';
import { count } from './shared/views/format.ts';

const collect = (value: string, before: string[] = []) => [...before, value];

const program = addVideoOptions(
  newCommand('seed', 'Makes all missing videos. Shows the cost before anything is bought.')
    .option('--spot <id>', 'only this spot; may be repeated', collect)
    .option('--era <id>', 'only this era; may be repeated', collect)
    .option('--concurrency <number>', 'videos at once', numberBetween(1, 10, true), 3)
    .option('--dry-run', 'only show what would be done and what it would cost')
    .option('--yes', 'buy without asking')
    .addOption(runOptions.timeout)
    .addOption(runOptions.ifBusy)
    .addOption(runOptions.adopt),
  ORDER_OPTIONS,
).parse();

const given = program.opts();

interface Work {
  have: Place[];
  finish: Place[];
  buy: Place[];
  cancelled: Place[];
}

await runCommand(given, async (context) => {
  const { spot, era, concurrency, dryRun, yes } = given;
  const priced = await priceOrder(given);
  const work = await planWork(selectPlaces(spot ?? [], era ?? []));
  announce(context, work, priced);
  const places = [...work.finish, ...work.buy];
  if (dryRun || places.length === 0) {
    if (dryRun && places.length > 0) context.output.say('Dry run: nothing was bought.');
    return EXIT.ok;
  }
  // Reports a missing key once, not for every video.
  new WanxClient();
  if (work.buy.length > 0 && !context.isSandbox && !yes && !(await mayBuy(context, work.buy.length))) {
    context.output.say('Nothing was bought.');
    return context.isInterrupted() ? EXIT.interrupted : EXIT.failed;
  }
  const outcomes = await makeVideos(context, places, priced.options, concurrency);
  return conclude(context, places, outcomes);
});

async function planWork(places: readonly Place[]): Promise<Work> {
  const settings = readSettings();
  const nowMs = Date.now();
  const work: Work = { have: [], finish: [], buy: [], cancelled: [] };
  for (const place of places) {
    const record = await findVideo(place.spot.id, place.era.id);
    // Cancelled on purpose: only `generate` for this video starts it again.
    const isCancelled = videoState(settings, record, nowMs) === 'cancelled';
    work[isCancelled ? 'cancelled' : planFor(settings, record, nowMs)].push(place);
  }
  return work;
}

function announce({ output, isSandbox }: Context, work: Work, priced: PricedOrder): void {
  const { have, finish, buy, cancelled } = work;
  const { usd } = priced.estimate;
  output.event('plan', {
    ...Object.fromEntries(Object.entries(work).map(([name, places]) => [name, places.map(({ key }: Place) => key)])),
    estimateUsd: usd === null && buy.length > 0 ? null : (usd ?? 0) * buy.length,
  });
  const where = isSandbox ? ' (sandbox)' : '';
  output.say(`${have.length} of ${Object.values(work).flat().length} videos are here${where}.`, 'bold');
  if (finish.length > 0) output.say(`To finish, without buying: ${listed(finish)}`);
  if (cancelled.length > 0) output.say(`Skipped because cancelled: ${listed(cancelled)}`);
  if (buy.length === 0) return;
  output.say(`To buy: ${listed(buy)}`);
  const cost = estimateText(priced, buy.length);
  output.say(isSandbox ? `Cost: none (sandbox). At the provider: ${cost}` : `Estimated cost: ${cost}`);
}

function listed(places: readonly Place[]): string {
  return `${places.length} (${places.map(({ key }) => key).join(', ')})`;
}

/** @throws ReelError `invalid-input` without a terminal to ask on: money is never spent by surprise */
async function mayBuy(context: Context, videos: number): Promise<boolean> {
  if (canAsk()) return confirm(`Buy ${count(videos, 'video')}?`, context.signal);
  throw new ReelError(
    'invalid-input',
    'Nothing was bought: there is no terminal to ask on. Add --yes to buy without asking, or --dry-run to see the cost.',
  );
}

async function conclude(context: Context, places: readonly Place[], outcomes: readonly Outcome[]): Promise<ExitCode> {
  const { output } = context;
  output.closeView();
  const ready = outcomes.filter(({ result }) => result.success).length;
  const failed = outcomes.filter(({ result, exitCode }) => !result.success && exitCode !== EXIT.interrupted);
  const notBegun = places.length - outcomes.length;
  output.event('summary', { ready, failed: failed.map(({ key }) => key), notBegun });
  output.say();
  const rest = [
    failed.length > 0 ? `, ${failed.length} failed (${failed.map(({ key }) => key).join(', ')})` : '',
    notBegun > 0 ? `, ${notBegun} not started` : '',
  ].join('');
  output.say(`${count(ready, 'video')} ready${rest}.`, 'bold');
  if (context.isInterrupted()) {
    await showStillRunning(context, new Set(places.map(({ key }) => key)));
    return EXIT.interrupted;
  }
  if (failed.length > 0) output.say(`To retry the failed ones: ${context.npmRun('seed')}`);
  return exitCodeOfAll(outcomes.map(({ exitCode }) => exitCode));
}
