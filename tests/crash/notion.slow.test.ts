import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '#lib/sandbox/sandbox.server.ts';
import { Child } from '../fixtures/processes/child.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

async function world() {
  const sandbox = await startSandbox({ notionRequestsPerMinute: 100_000 });
  onTestFinished(() => sandbox.close());
  const folder = temporaryFolder();
  const env = { ...sandbox.env, WANX_METADATA_PATH: join(folder, 'videos.json') };
  const start = (...words: string[]) => new Child('../notion/child.ts', words, env);
  const onRecord = (): unknown[] => JSON.parse(readFileSync(join(folder, 'notion-updates.json'), 'utf8'));
  return { notion: sandbox.notion, start, onRecord };
}

describe('a process killed while updates wait', () => {
  it('leaves them on record, and the next one delivers each of them', async () => {
    const { notion, start, onRecord } = await world();
    const pages = Array.from({ length: 8 }, () => notion.createPage());
    notion.script({ fault: 'slow-answer', delayMs: 60_000, on: 'write' });
    const first = start('Completed', ...pages);
    expect(await first.line()).toBe('queued');
    // It dies in the middle of a request, which holds the lease of its page.
    while (!notion.requests().some(({ method }) => method === 'PATCH'))
      await new Promise((done) => setTimeout(done, 20));
    first.signal('SIGKILL');
    expect(await first.exit).toBe('SIGKILL');
    expect(onRecord().length).toBeGreaterThanOrEqual(pages.length);
    const next = start('Failed');
    expect(await next.rest()).toEqual(['queued', 'idle']);
    expect(await next.exit).toBe(0);
    expect(notion.pages().map(({ values }) => values.Status)).toEqual(pages.map(() => 'Completed'));
    expect(onRecord()).toMatchObject([{ kind: 'data-source' }]);
  });
});

describe('two processes on one batch', () => {
  it('send each update once', async () => {
    const { notion, start } = await world();
    const pages = Array.from({ length: 12 }, () => notion.createPage());
    const both = [start('Completed', ...pages), start('Completed', ...pages.toReversed())];
    for (const child of both) expect(await child.rest()).toEqual(['queued', 'idle']);
    // A page that the other one has delivered already may be queued again; nothing else is sent twice.
    const perPage = pages.map((id) => notion.writes().filter(({ pageId }) => pageId === id).length);
    expect(perPage.every((count) => count === 1 || count === 2)).toBe(true);
    expect(notion.pages().map(({ values }) => values.Status)).toEqual(pages.map(() => 'Completed'));
  });
});

describe('a process with nothing else to do', () => {
  it('ends although updates wait', async () => {
    const { notion, start, onRecord } = await world();
    notion.script({ fault: 'refuse-503', times: 'always' });
    const child = start('Completed', notion.createPage());
    expect(await child.rest()).toEqual(['queued', 'idle']);
    expect(await child.exit).toBe(0);
    expect(onRecord()).toMatchObject([{ kind: 'page', failure: expect.stringMatching(/503/) }]);
  });
});
