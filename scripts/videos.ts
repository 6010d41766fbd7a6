// `npm run videos`: lists every video, its state, and the time left for those not captured yet.
import './shared/require-node.js';
import { basename, dirname, resolve } from 'node:path';
import { readSettings, type Settings } from '#lib/config.ts';
import { spots } from '#lib/data/spots.ts';
import { type VideoMetadata, videoKey, videosAsStored } from '#lib/wanx/index.ts';
import { forReaders } from './shared/make-video.ts';
import { type Context, newCommand, runCommand } from './shared/options/command.ts';
import { EXIT } from './shared/options/exit-codes.ts';
import { type State, videoState } from './shared/plan.ts';
import {
  count,
  formatBytes,
  formatDeadline,
  formatDollars,
  formatMoment,
  formatSeconds,
} from './shared/views/format.ts';
import { table } from './shared/views/table.ts';

const program = newCommand('videos', 'Shows every video, its state, and where its file is.')
  .option('--all', 'include spots and eras that have no video yet')
  .parse();

const given = program.opts();

interface Line {
  spotId: string;
  eraId: string;
  state: State;
  record?: VideoMetadata;
}

await runCommand(
  given,
  async (context) => {
    const settings = readSettings();
    const lines = await linesOf(settings, given.all === true);
    for (const line of lines) emitVideo(context, line);
    show(context, settings, lines);
    return EXIT.ok;
  },
  { need: 'folder' },
);

async function linesOf(settings: Settings, withMissing: boolean): Promise<Line[]> {
  const nowMs = Date.now();
  const made = (await videosAsStored()).map((record): Line => {
    const { spotId, eraId } = record;
    return { spotId, eraId, state: videoState(settings, record, nowMs), record };
  });
  if (!withMissing) return made;
  const keys = new Set(made.map(({ spotId, eraId }) => videoKey(spotId, eraId)));
  const places = spots.flatMap((spot) => spot.eras.map((era) => ({ spotId: spot.id, eraId: era.id })));
  const missing = places.filter(({ spotId, eraId }) => !keys.has(videoKey(spotId, eraId)));
  return [...made, ...missing.map((place): Line => ({ ...place, state: 'missing' }))];
}

function emitVideo({ output }: Context, { spotId, eraId, state, record }: Line): void {
  output.event('video', { spotId, eraId, state, ...(record && { metadata: forReaders(record) }) });
}

function show(context: Context, settings: Settings, lines: readonly Line[]): void {
  const { output, isSandbox, npmRun } = context;
  const places = spots.reduce((sum, spot) => sum + spot.eras.length, 0);
  if (isSandbox) output.say('Sandbox output, not paid for:', 'bold');
  if (lines.length > 0) {
    output.say(
      table(
        ['spot', 'era', 'status', 'model', 'length', 'size', 'cost', 'made, or time left', 'file'],
        lines.map((line) => row(settings, line, isSandbox)),
        { columns: output.columns, expendable: ['model', 'cost', 'length'] },
      ),
    );
    output.say();
  }
  const former = lines.reduce((sum, { record }) => sum + formerOf(record), 0);
  if (former > 0) output.say(`${count(former, 'former film')} kept: ${npmRun('versions', '<spot> <era>')}`);
  const ready = lines.filter(({ state }) => state === 'ready').length;
  output.say(`${ready} of ${count(places, 'video')} ready, in ${resolve(settings.videoDir)}.`);
  for (const line of lines) showError(context, line);
  if (lines.some(({ state }) => state === 'unfinished' || state === 'outcome unknown')) {
    output.say(`To finish the unfinished ones: ${npmRun('resume')}`);
  }
  if (ready < places) output.say(`To make one: ${npmRun('generate', '<spot> <era>')}   all: ${npmRun('seed')}`);
  if (!lines.some(({ state }) => state === 'missing')) output.say(`All spots and eras: ${npmRun('videos', '--all')}`);
}

function row(settings: Settings, { spotId, eraId, state, record }: Line, isSandbox: boolean): string[] {
  if (!record) return [spotId, eraId, state];
  const { receipt, intent, sizeBytes, completedAt, expiresAt, localPath, model = '' } = record;
  const isReady = record.status === 'ready';
  const deadline = state === 'unfinished' || state === 'under way' ? formatDeadline(expiresAt, Date.now()) : undefined;
  const usd = receipt ? receipt.charged.usd : intent?.estimate.usd;
  return [
    spotId,
    eraId,
    state,
    model,
    formatSeconds(receipt?.delivered?.durationSeconds ?? intent?.estimate.units),
    isReady && sizeBytes !== undefined ? formatBytes(sizeBytes) : '',
    isSandbox ? 'sandbox' : usd === undefined ? '' : formatDollars(usd),
    deadline ?? (isReady && completedAt !== undefined ? formatMoment(completedAt) : ''),
    isReady ? fileName(settings, localPath) : '',
  ];
}

function formerOf(record: VideoMetadata | undefined): number {
  return (record?.versions?.former ?? []).filter(({ deletedAt, isDropped }) => deletedAt === undefined && !isDropped)
    .length;
}

/** The folder is shown below the table; a file elsewhere is shown with its own path. */
function fileName({ projectRoot, videoDir }: Settings, localPath = ''): string {
  return dirname(resolve(projectRoot, localPath)) === videoDir ? basename(localPath) : localPath;
}

function showError({ output }: Context, { spotId, eraId, state, record }: Line): void {
  if (record?.error === undefined || state === 'ready' || state === 'cancelled') return;
  output.say(`${videoKey(spotId, eraId)}: ${record.error}`);
}
