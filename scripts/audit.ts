// `npm run audit`: every record against its file, and every file against its record.
import './shared/require-node.js';
import { type AuditFinding, type AuditReport, auditVideos } from '#lib/wanx/index.ts';
import { type Context, newCommand, runCommand } from './shared/options/command.ts';
import { EXIT } from './shared/options/exit-codes.ts';
import { runOptions } from './shared/options/video-options.ts';
import { count, formatBytes } from './shared/views/format.ts';

const program = newCommand('audit', 'Checks that every record has its whole file and every file its record.')
  .option('--repair', 'fetch again what the provider still has, replace links by the film, remove stale part files')
  .addOption(runOptions.adopt)
  .parse();

const { repair, adopt, ...given } = program.opts();

// Defined before the command runs: the first finding needs it.
const REPAIRS: Record<NonNullable<AuditFinding['repair']>, string> = {
  fetched: 'fetched again',
  copied: 'replaced by the file itself',
  removed: 'removed',
  left: 'left as it is',
};

await runCommand(
  given,
  async (context) => {
    const { output, signal } = context;
    const report = await auditVideos({ repair, adopt, signal, onFinding: (finding) => showFinding(context, finding) });
    for (const orphan of report.orphans) output.event('orphan', orphan);
    const { checked, findings, orphans, ok } = report;
    output.event('summary', { checked, findings: findings.length, orphans: orphans.length, ok });
    conclude(context, report);
    return report.ok ? EXIT.ok : EXIT.failed;
  },
  // Without --repair nothing is fetched.
  { need: repair ? 'server' : 'folder' },
);

function showFinding({ output }: Context, finding: AuditFinding): void {
  const { kind, key, path, detail, repair: done } = finding;
  output.event('finding', finding);
  output.say(`${kind}: ${key ?? path ?? ''}\n  ${detail}${done === undefined ? '' : `\n  ${REPAIRS[done]}`}`);
}

function conclude({ output, isSandbox, npmRun }: Context, { checked, findings, orphans, ok }: AuditReport): void {
  const where = isSandbox ? ' of the sandbox' : '';
  for (const { path, sizeBytes } of orphans)
    output.say(`rescued, without a record: ${path}, ${formatBytes(sizeBytes)}`);
  output.say(`Checked ${count(checked.records, 'record')} and ${count(checked.files, 'file')}${where}.`);
  if (findings.length === 0) output.say('No problems found.');
  else if (ok) output.say(`${count(findings.length, 'finding')}, all repaired.`);
  else if (repair) output.say(`${count(findings.length, 'finding')}; the ones not repaired need you: see above.`);
  else
    output.say(`${count(findings.length, 'finding')}. To repair what can be repaired: ${npmRun('audit', '--repair')}`);
}
