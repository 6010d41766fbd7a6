// `npm run rescue`: lists the account's recent tasks, shows which are not captured here, and captures them.
import './shared/require-node.js';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { listRescuable, type RescueRow, rescueTask } from '#lib/wanx/index.ts';
import { TASK_LIFE_MS } from '#lib/wanx/models.ts';
import { type Context, newCommand, reportError, runCommand } from './shared/options/command.ts';
import { EXIT, type ExitCode, exitCodeOfAll } from './shared/options/exit-codes.ts';
import { runOptions } from './shared/options/video-options.ts';
import { count, formatBytes, formatMoment } from './shared/views/format.ts';
import { table } from './shared/views/table.ts';

const HOUR_MS = 3_600_000;
const UNIT_MS: Record<string, number> = { m: 60_000, h: HOUR_MS };

const collect = (id: string, before: string[] = []) => [...before, id];

const program = newCommand('rescue', "Lists the account's recent tasks and captures those that are missing here.")
  .option('--task <id>', 'capture the video of this task; may be repeated', collect)
  .option('--all', 'capture every finished task that is missing here')
  .option('--since <time>', 'how far back to look, such as 24h or 90m; the provider keeps 24 h', sinceMs, TASK_LIFE_MS)
  .addOption(runOptions.adopt)
  .parse();

const { task: taskIds, all, since, adopt, ...given } = program.opts();

await runCommand(given, async (context) => {
  if (taskIds) return capture(context, taskIds);
  const rows = await listRescuable(new Date(Date.now() - since), { signal: context.signal });
  const capturableIds = rows.filter(isCapturable).map(({ taskId }) => taskId);
  if (all) return capture(context, capturableIds);
  show(context, rows);
  return EXIT.ok;
});

function sinceMs(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,4})([hm])$/.exec(text) ?? [];
  const ms = Number(number) * (UNIT_MS[unit] ?? 0);
  if (ms > 0 && ms <= TASK_LIFE_MS) return ms;
  throw new InvalidArgumentError('Use a time such as 24h or 90m, at most 24h.');
}

function isCapturable({ captured, status }: RescueRow): boolean {
  return !captured && status === 'SUCCEEDED';
}

function show(context: Context, rows: readonly RescueRow[]): void {
  const { output, isSandbox, npmRun } = context;
  for (const row of rows) output.event('task', row);
  if (rows.length === 0) {
    output.say(`No tasks${isSandbox ? ' in the sandbox' : ''} in that time.`);
    return;
  }
  if (isSandbox) output.say('Tasks of the sandbox:', 'bold');
  output.say(
    table(['task', 'status', 'model', 'made', 'video', 'captured'], rows.map(cells), {
      columns: output.columns,
      expendable: ['model', 'made'],
    }),
  );
  const capturable = rows.filter(isCapturable);
  output.say();
  if (capturable.length === 0) {
    output.say('Every finished video is captured.');
    return;
  }
  output.say(`${count(capturable.length, 'finished video')} not captured. To capture one, or all:`);
  output.say(`  ${npmRun('rescue', `--task ${capturable[0]?.taskId}`)}`);
  output.say(`  ${npmRun('rescue', '--all')}`);
}

function cells({ taskId, status, model = '', createdAt, key = '', captured }: RescueRow): string[] {
  return [taskId, status, model, createdAt === undefined ? '' : formatMoment(createdAt), key, captured ? 'yes' : 'no'];
}

async function capture(context: Context, ids: readonly string[]): Promise<ExitCode> {
  if (ids.length === 0) context.output.say('Every finished video is captured.');
  const exitCodes: ExitCode[] = [];
  // One at a time, so that a failure is shown next to its task.
  for (const taskId of ids) exitCodes.push(await captureOne(context, taskId));
  context.output.closeView();
  return context.isInterrupted() ? EXIT.interrupted : exitCodeOfAll(exitCodes);
}

async function captureOne(context: Context, taskId: string): Promise<ExitCode> {
  const { output, signal } = context;
  try {
    const rescued = await rescueTask(taskId, {
      ...{ signal, adopt },
      onProgress: (progress) => output.progress(taskId, progress, { taskId }),
    });
    const owner = rescued.key === undefined ? 'no matching record' : rescued.key;
    output.done(taskId, `${taskId}: captured, ${formatBytes(rescued.sizeBytes)}, ${rescued.localPath} (${owner})`);
    output.event('result', { success: true, ...rescued });
    return EXIT.ok;
  } catch (error) {
    output.failed(taskId, `${taskId}: not captured`);
    return reportError(error, output, context);
  }
}
