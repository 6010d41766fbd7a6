// `npm run storage -- usage | cleanup | verify | remove`: what scraped videos take up and cost, and getting rid of them.
import '../shared/require-node.js';
import { type ChannelUsage, downloadService, ReelError, type StorageUsage } from '#lib/scrape/index.ts';
import { canAsk, confirm } from '../shared/confirm.ts';
import { type Context, newCommand, runCommand } from '../shared/options/command.ts';
import { EXIT, type ExitCode } from '../shared/options/exit-codes.ts';
import { numberBetween } from '../shared/options/number-option.ts';
import { count, formatBytes, formatDollars } from '../shared/views/format.ts';
import { table } from '../shared/views/table.ts';

const program = newCommand('storage', 'Shows what scraped videos take up and cost, checks them and cleans up.')
  .argument('<what>', 'usage, cleanup, verify or remove')
  .argument('[video]', 'with remove: the id of the video')
  .option('--channel <id>', 'only of this channel')
  .option('--older-than <days>', 'with cleanup: videos stored longer ago', numberBetween(0, 36_500))
  .option('--keep <number>', 'with cleanup: all but so many of each channel', numberBetween(0, 1_000_000, true))
  .option('--max-gb <number>', 'with cleanup: the oldest, until no more is left', numberBetween(0, 1_000_000))
  .option('--dry-run', 'with cleanup: only show what would go')
  .option('--yes', 'with cleanup and remove: do not ask')
  .option('--versions', 'with usage: also former versions in the bucket; with cleanup and remove: remove these as well')
  .option('--content', 'with verify: read every video and compare its SHA-256')
  .parse();

const [what, video] = program.args;
const { channel, olderThan, keep, maxGb, dryRun, yes, versions, content, ...given } = program.opts();
const removeVersions = versions === true;

await runCommand(
  given,
  async (context) => {
    if (what === 'usage') return usage(context);
    if (what === 'cleanup') return cleanUp(context);
    if (what === 'verify') return verify(context);
    if (what === 'remove') return remove(context);
    throw new ReelError('invalid-input', `${what} is none of usage, cleanup, verify and remove.`);
  },
  { need: 'folder' },
);

async function usage({ output }: Context): Promise<ExitCode> {
  const used = await downloadService.getStorageUsage({
    ...(channel !== undefined && { channelId: channel }),
    withVersions: versions === true,
  });
  output.event('usage', { ...used });
  const rows = used.byChannel.map((one) => [one.channelId, ...figures(one)]);
  if (rows.length > 0) {
    output.say(
      table(['channel', 'videos', 'size', 'average', 'pictures', 'a month'], rows, { columns: output.columns }),
    );
  }
  output.say(
    `${count(used.videos, 'video')}, ${formatBytes(used.bytes)}, with pictures of ${formatBytes(used.pictureBytes)}${monthly(used)}.`,
    'bold',
  );
  const { retained } = used;
  if (retained?.areKept === null) output.say('The store does not say whether it keeps former versions.');
  else if (retained?.areKept) {
    const former = count(retained.versions, 'former version');
    output.say(`The bucket keeps ${former} of removed or replaced files: ${formatBytes(retained.bytes)}.`);
  }
  return EXIT.ok;
}

function figures(one: ChannelUsage): string[] {
  const { videos, bytes, averageBytes, pictureBytes, monthlyCostUsd: cost } = one;
  const sizes = [bytes, averageBytes, pictureBytes].map(formatBytes);
  return [String(videos), ...sizes, cost === null ? '' : formatDollars(cost)];
}

function monthly({ monthlyCostUsd: cost }: StorageUsage): string {
  return cost === null ? '' : `, about ${formatDollars(cost)} a month`;
}

async function cleanUp({ output, signal }: Context): Promise<ExitCode> {
  if (olderThan === undefined && keep === undefined && maxGb === undefined) {
    throw new ReelError(
      'invalid-input',
      'cleanup needs a rule: --older-than, --keep or --max-gb. Nothing was removed.',
    );
  }
  const rule = {
    ...{ channelId: channel, olderThanDays: olderThan, keepPerChannel: keep, removeVersions },
    maxBytes: maxGb === undefined ? undefined : maxGb * 1e9,
  };
  const planned = await downloadService.cleanUp({ ...rule, dryRun: true });
  for (const one of planned.removed) {
    output.say(
      `${one.channelId}/${one.videoId}: ${formatBytes(one.download_size ?? 0)}, ${one.title ?? one.sourceUrl}`,
    );
  }
  const amount = `${count(planned.removed.length, 'video')}, ${formatBytes(planned.bytes)}`;
  if (dryRun || planned.removed.length === 0) {
    for (const note of planned.notes) output.say(note);
    output.event('cleanup', { dryRun: true, ...planned });
    output.say(`${amount} would be freed.`, 'bold');
    return EXIT.ok;
  }
  if (!(await mayRemove(amount, signal))) {
    output.say('Nothing was removed.');
    return EXIT.ok;
  }
  // What was shown, although the rule may name more by now.
  const result = await downloadService.cleanUp(rule, planned.removed);
  output.event('cleanup', { dryRun: false, ...result });
  for (const note of result.notes) output.say(note);
  output.say(`${count(result.removed.length, 'video')} removed, ${formatBytes(result.bytes)} freed.`, 'bold');
  const { stopped } = result;
  if (stopped) output.error(`Stopped at ${stopped.channelId}/${stopped.videoId}: ${stopped.reason}`);
  return stopped ? EXIT.failed : EXIT.ok;
}

/** @throws ReelError `invalid-input` where nobody can be asked */
async function mayRemove(amount: string, signal: AbortSignal): Promise<boolean> {
  if (yes) return true;
  if (canAsk()) return confirm(`Remove ${amount}?`, signal);
  throw new ReelError('invalid-input', 'Nothing was removed: there is no terminal to ask on. Add --yes, or --dry-run.');
}

async function verify({ output, signal }: Context): Promise<ExitCode> {
  const result = await downloadService.verifyStorage({ channelId: channel, checkContent: content, signal });
  output.event('verified', { ...result });
  for (const { name, message } of result.problems) output.say(`${name}: ${message}`);
  for (const { name, sizeBytes } of result.unrecorded) {
    output.say(`${name}: no record knows of it (${formatBytes(sizeBytes)}).`);
  }
  for (const note of result.notes) output.say(note);
  output.say(`${count(result.checked, 'video')} checked, ${result.intact} as on record.`, 'bold');
  return result.problems.length > 0 ? EXIT.failed : EXIT.ok;
}

async function remove({ output, signal }: Context): Promise<ExitCode> {
  if (channel === undefined || video === undefined) {
    throw new ReelError('invalid-input', 'To remove a video, give its id and --channel.');
  }
  if (!(await mayRemove(`${channel}/${video}`, signal))) {
    output.say('Nothing was removed.');
    return EXIT.ok;
  }
  const removed = await downloadService.removeScrapedVideo(channel, video, { removeVersions });
  output.event('removed', { video: removed });
  output.say(`${channel}/${video} is removed.`);
  return EXIT.ok;
}
