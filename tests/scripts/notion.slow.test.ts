import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { paidProject, ScriptProject } from '../fixtures/processes/script.ts';

const RECORDS = 'src/lib/data/notion-updates.json';

/** A project with two pages that wait: one of them is in the trash. */
async function waitingProject() {
  const { project, provider } = await paidProject();
  const { notion } = provider;
  const [good, trashed] = [notion.createPage(), notion.createPage()];
  notion.setInTrash(trashed, true);
  const at = '2026-11-21T00:00:00.000Z';
  const waiting = { status: { value: 'Completed', revision: 1, at } };
  const record = { kind: 'page', revision: 1, waiting, nextTryAt: at, attempts: 0 };
  mkdirSync(dirname(project.path(RECORDS)), { recursive: true });
  writeFileSync(project.path(RECORDS), JSON.stringify([good, trashed].map((pageId) => ({ ...record, pageId }))));
  return { project, notion, good, trashed };
}

describe.concurrent('npm run notion', () => {
  it('lists what waits, tries it again, and forgets what is dropped', async () => {
    const { project, notion, good, trashed } = await waitingProject();
    const listed = await project.run('notion');
    expect(listed.stdout).toMatch(/waits: status = Completed[\s\S]*2 pages on record.*npm run notion -- --retry/);
    expect(notion.requests()).toEqual([]);
    const retried = await project.run('notion', '--retry');
    expect(retried).toMatchObject({ code: 0, stdout: expect.stringMatching(/in the trash.*npm run notion -- --drop/) });
    expect([good, trashed].map((id) => notion.page(id).values.Status)).toEqual(['Completed', null]);
    const dropped = await project.run('notion', '--drop', trashed, '--json');
    expect(dropped.code).toBe(0);
    expect(JSON.parse(readFileSync(project.path(RECORDS), 'utf8'))).toMatchObject([{ kind: 'data-source' }]);
    expect(await project.run('notion')).toMatchObject({
      stdout: expect.stringContaining('All updates of Notion pages are delivered'),
    });
    expect(await project.run('notion', '--drop', trashed)).toMatchObject({ code: 1 });
  });

  it('says what to set without a token', async () => {
    const run = await new ScriptProject().run('notion');
    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining('NOTION_TOKEN') });
  });
});
