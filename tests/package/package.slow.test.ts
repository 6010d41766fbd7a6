import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPreload } from '../fixtures/electron/preload.ts';
import { type FreshApp, freshApp } from '../fixtures/package/fresh-app.ts';
import { PRELOAD, SUBPATHS } from '../fixtures/package/subpaths.ts';
import { packTarball } from '../fixtures/package/tarball.ts';

const MOST_BYTES = 1_500_000;
/** Where a package is named, also by an import that waits until it is needed. */
const IMPORT = `(from |import |import\\()["'][a-z@][^"' ]*["']`;
/** The names that npm puts older versions of Node under here. */
const OLD_NODE = 'node_modules/old-node/bin/node';
const OLDEST_NODE = 'node_modules/oldest-node/bin/node';

let app: FreshApp;
let tarball: string;
beforeAll(async () => {
  tarball = await packTarball();
  app = await freshApp(['old-node@npm:node@20', 'oldest-node@npm:node@22.19.0']);
}, 300_000);
afterAll(() => app?.remove(), 60_000);

const inPackage = (name: string) => readFileSync(join(app.folder, 'node_modules/reelkeep', name), 'utf8');
const manifest = () => JSON.parse(inPackage('package.json'));

describe('the tarball', () => {
  it('weighs less than 1.5 MB without the clips of the sandbox', async () => {
    const { stdout } = await promisify(execFile)('tar', ['-tvzf', tarball]);
    const clipBytes = stdout
      .split('\n')
      .filter((line) => /\/sandbox\/clips\/\w+\//.test(line))
      .reduce((sum, line) => sum + Number(line.split(/\s+/)[2]), 0);
    expect(clipBytes).toBeGreaterThan(0);
    expect(statSync(tarball).size - clipBytes).toBeLessThan(MOST_BYTES);
  });

  it('holds what is compiled, and nothing of the project around it', async () => {
    const { stdout } = await promisify(execFile)('tar', ['-tzf', tarball]);
    const others = stdout.split('\n').filter((name) => name !== '' && !name.startsWith('package/dist/'));
    expect(others.sort()).toEqual(['package/LICENSE', 'package/README.md', 'package/package.json']);
    expect(stdout).not.toMatch(/\.svelte|(?<!\.d)\.ts$|\/components\//m);
  });

  it('has a source map for every script, with its source in it', async () => {
    const { stdout } = await promisify(execFile)('tar', ['-tzf', tarball]);
    const scripts = stdout.split('\n').filter((name) => /dist\/(lib|scripts)\/.*\.js$/.test(name));
    expect(scripts.length).toBeGreaterThan(200);
    const map = new SourceMap(JSON.parse(inPackage('dist/lib/capture/capture.server.js.map')));
    const source = readFileSync('src/lib/capture/capture.server.ts', 'utf8');
    expect(map.payload).toMatchObject({
      sources: ['../../../src/lib/capture/capture.server.ts'],
      sourcesContent: [source],
    });
    const lineOf = (text: string) => text.split('\n').findIndex((line) => line.startsWith('async function capture('));
    const found = map.findEntry(lineOf(inPackage('dist/lib/capture/capture.server.js')), 0);
    expect(found).toMatchObject({ originalLine: lineOf(source) });
    for (const name of scripts) expect(stdout).toContain(`${name}.map\n`);
  });

  it('leaves publint nothing to say', async () => {
    const { messages } = await publint({
      pkgDir: join(app.folder, 'node_modules/reelkeep'),
      strict: true,
      pack: false,
    });
    expect(messages).toEqual([]);
  });

  it('leaves "are the types wrong" nothing to say', async () => {
    const attw = 'node_modules/@arethetypeswrong/cli/dist/index.js';
    // Only ESM is published; Node has been able to require it for longer than our oldest Node.
    const { stdout } = await promisify(execFile)(process.execPath, [
      attw,
      tarball,
      '--profile',
      'esm-only',
      '--no-color',
    ]);
    expect(stdout).toContain('reelkeep/capture');
    expect(stdout).not.toMatch(/^(?!\(ignored|.*\(ignored\)).*(💀|❌|⚠️|👺|🤨|🥴)/mu);
  });
});

describe('the packages that come along', () => {
  it('are those that are imported, and no others', async () => {
    const { stdout } = await promisify(execFile)(
      'grep',
      ['-rhoE', IMPORT, 'node_modules/reelkeep/dist', '--include=*.js'],
      {
        cwd: app.folder,
      },
    );
    const names = stdout
      .split('\n')
      .map((line) => /["']((?:@[^/"']+\/)?[^/"']+)/.exec(line)?.[1])
      .filter((name) => name !== undefined && !/^(node:|\.)/.test(name));
    expect([...new Set(names)].sort()).toEqual(Object.keys(manifest().dependencies).sort());
  });
});

describe('the subpaths', () => {
  it('are those of this table', () => {
    const names = Object.keys(manifest().exports).map((subpath) => `reelkeep${subpath.slice(1)}`);
    expect(names.sort()).toEqual([...SUBPATHS.map(({ name }) => name), PRELOAD, 'reelkeep/package.json'].sort());
  });

  it.each(SUBPATHS)('$name exports what it should', async ({ name, exports }) => {
    const script = `const it = await import('${name}'); console.log(JSON.stringify(Object.keys(it)));`;
    const { stdout, stderr } = await app.run(process.execPath, ['-e', script]);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(expect.arrayContaining(exports));
  });

  it.each(SUBPATHS)('$name has what is called for with the oldest Node', async ({ name, exports }) => {
    const script = `const it = await import('${name}'); console.log(JSON.stringify(Object.keys(it)));`;
    const { stdout } = await app.run(join(app.folder, OLDEST_NODE), ['-e', script]);
    expect(JSON.parse(stdout)).toEqual(expect.arrayContaining(exports));
  });

  it.each(SUBPATHS.filter(({ forPages }) => !forPages))('$name tells an old Node what it needs', async ({ name }) => {
    const script = `import('${name}').catch((error) => console.log(error.code, error.message));`;
    const { stdout } = await app.run(join(app.folder, OLD_NODE), ['-e', script]);
    expect(stdout).toMatch(/^config Reelkeep needs Node 22\.19\.0 or later, and this is Node 20\./);
  });

  it.each(SUBPATHS)('$name in a page: refused by name, or free of what only a server has', async (subpath) => {
    const { name, forPages } = subpath;
    const bundle = bundleForPages(`import * as it from '${name}'; document.title = Object.keys(it).join();`);
    if (!forPages) return expect(bundle).rejects.toThrow(`${name} runs on a server only`);
    expect(await bundle).not.toMatch(/node:|process\.env|require\(/);
  });

  it.each(SUBPATHS.filter(({ forPages }) => !forPages))('$name is refused without a name, too', ({ name }) =>
    expect(bundleForPages(`import '${name}';`)).rejects.toThrow(`${name} runs on a server only`),
  );
});

describe("Electron's preload script", () => {
  it('is one file that needs Electron only, and gives the page its bridge', async () => {
    const script = `console.log((await import('node:module')).createRequire('${app.folder}/').resolve('${PRELOAD}'));`;
    const { stdout } = await app.run(process.execPath, ['--input-type=module', '-e', script]);
    const source = readFileSync(stdout.trim(), 'utf8');
    expect(source.match(/require\([^)]*\)/g)).toEqual(["require('electron')"]);
    const { video } = runPreload(source, async (channel, path) => `${channel} ${path}`);
    expect(await video.exists('/a.mp4')).toBe('file:exists /a.mp4');
  });
});

describe('the command', () => {
  it('lists its commands, and knows its version', async () => {
    const { code, stdout } = await app.run('reelkeep', ['--help']);
    expect(code).toBe(0);
    for (const name of [
      'generate',
      'seed',
      'videos',
      'versions',
      'resume',
      'cancel',
      'spend',
      'rescue',
      'audit',
      'sandbox',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    expect((await app.run('reelkeep', ['--version'])).stdout.trim()).toBe(manifest().version);
  });

  it('names itself in help and advice as it is typed in another app', async () => {
    const help = await app.run('reelkeep', ['generate', '--help']);
    expect(help.stdout).toMatch(/^Usage: npx reelkeep generate \[options\] <spot> <era>/);
    const mistake = await app.run('reelkeep', ['generte']);
    expect(mistake).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean generate?') });
    const withoutKey = await app.run('reelkeep', ['generate', 'eiffel-tower', '1900']);
    expect(withoutKey).toMatchObject({ code: 3, stderr: expect.stringContaining('npx reelkeep demo') });
    expect(`${help.stdout}${mistake.stderr}${withoutKey.stderr}`).not.toContain('npm run');
  });

  it('tells an old Node what it needs, and exits with 3', async () => {
    const bin = join(app.folder, 'node_modules/.bin/reelkeep');
    const { code, stderr } = await app.run(join(app.folder, OLD_NODE), [bin, 'videos']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^Reelkeep needs Node 22\.19\.0 or later, and this is Node 20\.[^\n]*\n$/);
  });

  it('shows what it can do, without the app of this project', async () => {
    const { code, stdout, stderr } = await app.run('reelkeep', ['demo'], { REELKEEP_SANDBOX_TASK_MS: '50' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.match(/: ready, /g)).toHaveLength(3);
    expect(stdout).toContain("import { generateAndStoreVideo } from 'reelkeep';");
    expect(stdout).toContain('npx reelkeep generate eiffel-tower 1900');
  });

  it('proposes a line for .gitignore when it makes the first video of a repository', async () => {
    app.write({ '.git/HEAD': 'ref: refs/heads/main', 'first/package.json': '{}' });
    const words = ['generate', 'petra', 'today', '--sandbox'];
    const env = { REELKEEP_SANDBOX_TASK_MS: '50', WANX_PROJECT_ROOT: join(app.folder, 'first') };
    expect((await app.run('reelkeep', words, env)).stdout).toContain('Add this line to .gitignore: /sandbox-output/');
    expect((await app.run('reelkeep', [...words, '--force'], env)).stdout).not.toContain('.gitignore');
  });

  it('makes a video in the sandbox with the oldest Node', async () => {
    const bin = join(app.folder, 'node_modules/.bin/reelkeep');
    const words = [bin, 'generate', 'giza', 'today', '--sandbox'];
    const { code, stdout } = await app.run(join(app.folder, OLDEST_NODE), words, { REELKEEP_SANDBOX_TASK_MS: '50' });
    expect(stdout).toContain('giza/today: ready');
    expect(code).toBe(0);
  });
});

/** @returns the JavaScript */
async function bundleForPages(text: string): Promise<string> {
  app.write({ 'page.js': text });
  const result = await build({
    root: app.folder,
    configFile: false,
    logLevel: 'silent',
    build: { write: false, rolldownOptions: { input: join(app.folder, 'page.js') } },
  });
  const [first] = Array.isArray(result) ? result : [result];
  if (first === undefined || !('output' in first)) throw new Error('Nothing was built.');
  return first.output.map((part) => ('code' in part ? part.code : '')).join('\n');
}
