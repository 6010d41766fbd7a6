// `npm run spend`: what all videos cost, by day, model and spot.
import './shared/require-node.js';
import { readSettings } from '#lib/config.ts';
import { reportSpending, type SpendLine, type SpendReport, videosAsStored } from '#lib/wanx/index.ts';
import { type Context, newCommand, runCommand } from './shared/options/command.ts';
import { EXIT } from './shared/options/exit-codes.ts';
import { count, formatDollars } from './shared/views/format.ts';
import { table } from './shared/views/table.ts';

const program = newCommand(
  'spend',
  'Sums up what was spent: as charged if the provider reported it, else estimated.',
).parse();

await runCommand(
  program.opts(),
  async (context) => {
    const report = reportSpending(await videosAsStored(), ({ spotId }) => spotId);
    context.output.event('spend', { ...report, budgetUsd: readSettings().budgetUsd ?? null });
    show(context, report);
    return EXIT.ok;
  },
  { need: 'folder' },
);

function show({ output, isSandbox }: Context, report: SpendReport): void {
  if (isSandbox) output.say('Sandbox: nothing was charged. The provider would have charged:', 'bold');
  if (report.total.submissions === 0) {
    output.say('Nothing was bought.');
    return;
  }
  const groups: Array<[string, readonly SpendLine[]]> = [
    ['day (UTC)', report.byDay],
    ['model', report.byModel],
    ['spot', report.byGroup],
  ];
  for (const [heading, lines] of groups) {
    output.say(table([heading, 'bought', 'dollars', 'price unknown'], lines.map(row), { columns: output.columns }));
    output.say();
  }
  output.say(table(['', 'bought', 'dollars', 'price unknown'], summaryRows(report), { columns: output.columns }));
  showUnclear({ output }, report);
  showBudget(report, output.say.bind(output));
}

function summaryRows({ total, lost, inFlight }: SpendReport): string[][] {
  return [
    { ...total, name: 'total' },
    { ...inFlight, name: 'of which not delivered yet' },
    { ...lost, name: 'of which lost or unclear' },
  ].map(row);
}

function row({ name, submissions, usd, unpriced }: SpendLine): string[] {
  return [name, String(submissions), formatDollars(usd), unpriced > 0 ? String(unpriced) : ''];
}

function showUnclear({ output }: Pick<Context, 'output'>, { total, lost }: SpendReport): void {
  if (total.unpriced > 0) {
    output.say(`${count(total.unpriced, 'purchase')} of unknown price, not included. See your provider's bill.`);
  }
  if (lost.submissions > 0) {
    output.say(
      'Lost or unclear: paid or possibly paid, with no file here. npm run rescue lists what can still be captured.',
    );
  }
}

function showBudget({ byDay }: SpendReport, say: (text: string) => void): void {
  const { budgetUsd } = readSettings();
  if (budgetUsd === undefined) return;
  const today = byDay.find(({ name }) => name === new Date().toISOString().slice(0, 10))?.usd ?? 0;
  say(
    `Budget (WANX_BUDGET_USD): ${formatDollars(budgetUsd)} a day, ${formatDollars(Math.max(0, budgetUsd - today))} left today.`,
  );
}
