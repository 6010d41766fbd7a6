import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildThere, copyApp } from './fixtures/app/app-copy.ts';
import { temporaryFolder } from './fixtures/temporary-folder.ts';

// Each stands in one module that only the server may have.
const SENTINELS = ['DASHSCOPE_API_KEY', 'BEGIN IMMEDIATE', 'X-DashScope-Async', 'ssrf', 'write-file-atomic', 'node:fs'];

/** A copy of the app to build, so that two builds, or a running dev server, do not get into each other's way. */
function appCopy(page?: string): string {
  const folder = temporaryFolder();
  copyApp(folder);
  if (page !== undefined) {
    mkdirSync(join(folder, 'src/routes/probe'), { recursive: true });
    writeFileSync(join(folder, 'src/routes/probe/+page.svelte'), page);
  }
  return folder;
}

async function build(folder: string): Promise<{ ok: boolean; output: string }> {
  try {
    const { stdout, stderr } = await buildThere(folder);
    return { ok: true, output: stdout + stderr };
  } catch (error) {
    return {
      ok: false,
      output: error instanceof Error ? `${error.message}${'stderr' in error ? error.stderr : ''}` : '',
    };
  }
}

const pageThatImports = (module: string, name: string) =>
  `<script lang="ts">import { ${name} } from '${module}';</script>{typeof ${name}}`;

describe('the browser bundle', () => {
  it('holds nothing of the server side', async () => {
    const folder = appCopy();
    expect(await build(folder)).toMatchObject({ ok: true });
    const client = join(folder, '.svelte-kit/output/client');
    const names = readdirSync(client, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(js|css|html|json)$/.test(name),
    );
    expect(names.length).toBeGreaterThan(2);
    const found = names.flatMap((name) => {
      const text = readFileSync(join(client, name), 'utf8');
      return SENTINELS.filter((sentinel) => text.includes(sentinel)).map((sentinel) => `${name}: ${sentinel}`);
    });
    expect(found).toEqual([]);
  }, 120_000);

  it.each([
    ['#lib/wanx/index.ts', 'generateAndStoreVideo'],
    ['#lib/wanx/video-metadata.ts', 'getAllVideoMetadata'],
    ['#lib/config.ts', 'readSettings'],
  ])(
    'refuses a page that imports %s',
    async (module, name) => {
      const { ok, output } = await build(appCopy(pageThatImports(module, name)));
      expect(ok).toBe(false);
      expect(output).toMatch(/server-only|cannot be imported|\.server/i);
    },
    120_000,
  );

  it('lets a page have the pure parts', async () => {
    const page = pageThatImports('#lib/wanx/models.ts', 'estimateCost');
    expect(await build(appCopy(page))).toMatchObject({ ok: true });
  }, 120_000);
});
