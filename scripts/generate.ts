// `npm run generate -- <spot> <era>`: makes one video, or finishes or shows an existing one.
import './shared/require-node.js';
import { commandLine } from '#lib/base/command-line.ts';
import { readSettings } from '#lib/config.ts';
import { findVideo, WanxClient } from '#lib/wanx/index.ts';
import { REQUEST_OPTIONS } from '#lib/wanx/request/option-table.ts';
import { makeVideo, receiptText, showStillRunning } from './shared/make-video.ts';
import { type Context, newCommand, runCommand } from './shared/options/command.ts';
import { EXIT, type ExitCode } from './shared/options/exit-codes.ts';
import {
  addVideoOptions,
  estimateText,
  type PricedOrder,
  priceOrder,
  runOptions,
} from './shared/options/video-options.ts';
import { type Place, placeOf } from './shared/places.ts';
import { type Plan, planFor } from './shared/plan.ts';

const program = addVideoOptions(
  newCommand('generate', 'Makes the video of a spot in an era and captures it to disk.')
    .argument('<spot>', `a place, for example eiffel-tower (all: ${commandLine('videos', '--all')})`)
    .argument('<era>', 'one of its eras, for example 1900')
    .addOption(runOptions.timeout)
    .addOption(runOptions.force)
    .addOption(runOptions.ifBusy)
    .addOption(runOptions.adopt),
  REQUEST_OPTIONS,
).parse();

const [spotId, eraId] = program.args;
const given = program.opts();

await runCommand(given, async (context) => {
  const place = placeOf(spotId ?? '', eraId ?? '');
  const priced = await priceOrder(given);
  const plan = planFor(readSettings(), await findVideo(place.spot.id, place.era.id), Date.now(), given.force);
  // Reports a missing key before anything else happens.
  if (plan !== 'have') new WanxClient();
  announce(context, place, priced, plan);
  return generate(context, place, priced, plan);
});

function announce({ output, isSandbox }: Context, { key, spot, era }: Place, priced: PricedOrder, plan: Plan): void {
  const { usd } = priced.estimate;
  output.event('plan', { spotId: spot.id, eraId: era.id, plan, estimateUsd: plan === 'buy' ? usd : 0 });
  if (plan === 'have') return;
  const where = isSandbox ? ' (sandbox)' : '';
  output.say(`${spot.name}, ${era.name}: ${key}${where}`, 'bold');
  if (plan === 'finish') output.say('A task for it is under way. It will be finished; nothing is bought.');
  else if (isSandbox) output.say(`Cost: none (sandbox). At the provider: ${estimateText(priced)}`);
  else output.say(`Estimated cost: ${estimateText(priced)}`);
}

async function generate(context: Context, place: Place, priced: PricedOrder, plan: Plan): Promise<ExitCode> {
  const { output } = context;
  const { result, exitCode } = await makeVideo(context, place, priced.options);
  output.closeView();
  if (context.isInterrupted() && !result.success) {
    await showStillRunning(context, new Set([place.key]));
    return EXIT.interrupted;
  }
  if (!result.success) return exitCode;
  if (result.note !== undefined) output.say(result.note);
  if (plan === 'have') output.say('It already exists, so nothing was bought. To buy it again, add --force');
  else output.say(receiptText(result.metadata, context.isSandbox));
  return exitCode;
}
