// `npm run notion`: the updates of Notion pages that have not been delivered.
import './shared/require-node.js';
import { ReelError } from '#lib/base/errors.ts';
import { readSettings } from '#lib/config.ts';
import { createNotionUpdates, type NotionPageUpdate, type NotionUpdates } from '#lib/notion/index.ts';
import { type Context, newCommand, runCommand } from './shared/options/command.ts';
import { EXIT, type ExitCode } from './shared/options/exit-codes.ts';
import { count, formatMoment } from './shared/views/format.ts';

const program = newCommand('notion', 'Shows the updates of Notion pages that wait, and those that are set aside.')
  .option('--retry [page]', 'try them again now: those of one page, or all')
  .option('--drop <page>', 'forget the updates of a page')
  .parse();

const { retry, drop, ...given } = program.opts();

await runCommand(given, async (context) => {
  if (!readSettings().notionToken) {
    throw new ReelError('config', 'Set NOTION_TOKEN: without it, no updates of Notion pages are kept or sent.');
  }
  const notion = createNotionUpdates();
  try {
    const exitCode = await change(context, notion);
    show(context, await notion.list());
    return exitCode;
  } finally {
    await notion.stop();
  }
});

async function change({ output, signal }: Context, notion: NotionUpdates): Promise<ExitCode> {
  if (drop !== undefined) {
    const found = await notion.drop(drop);
    output.say(found ? `The updates of ${drop} are forgotten.` : `No updates of ${drop} are on record.`);
    return found ? EXIT.ok : EXIT.failed;
  }
  if (retry === undefined) return EXIT.ok;
  const pages = await notion.retry(retry === true ? undefined : retry);
  output.say(`Trying ${count(pages, 'page')} again.`);
  await notion.flush({ signal });
  return EXIT.ok;
}

function show({ output, npmRun }: Context, pages: readonly NotionPageUpdate[]): void {
  for (const page of pages) {
    output.event('notion-page', { ...page });
    output.say(page.url, 'bold');
    for (const line of linesOf(page)) output.say(`  ${line}`);
  }
  const again = `${count(pages.length, 'page')} on record. To try again now: ${npmRun('notion', '--retry')}`;
  output.say(pages.length === 0 ? 'All updates of Notion pages are delivered.' : again);
}

function linesOf({ waiting, problems, setAside, lastFailure, nextTryAt }: NotionPageUpdate): string[] {
  const troubled = new Set(problems.map(({ field }) => field));
  const rest = Object.entries(waiting).filter(([field]) => !troubled.has(field));
  return [
    ...(setAside === undefined ? [] : [setAside]),
    ...problems.map(({ field, property, reason }) => `${field} (${property}): ${reason}`),
    ...(rest.length === 0
      ? []
      : [`waits: ${rest.map(([field, value]) => `${field} = ${value ?? '(empty)'}`).join(', ')}`]),
    ...(lastFailure === undefined ? [] : [`last attempt: ${lastFailure}`]),
    `next attempt: ${formatMoment(nextTryAt.toISOString())}`,
  ];
}
