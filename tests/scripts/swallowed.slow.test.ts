import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { appRoot } from '../fixtures/app/app-copy.ts';
import { paidProject, ScriptProject } from '../fixtures/processes/script.ts';

const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(`${appRoot}/package.json`, 'utf8'));
const COMMANDS = Object.keys(scripts).filter((name) => scripts[name]?.endsWith(`scripts/${name}.ts`));

/** A command as people type it, through npm itself. */
async function npm(environment: Record<string, string>, ...words: string[]) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environment };
  try {
    return { code: 0, ...(await promisify(execFile)('npm', ['run', ...words], { cwd: appRoot, env })) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'stderr' in error) return error;
    throw error;
  }
}

describe('an option before the --', { timeout: 120_000 }, () => {
  it.each(COMMANDS)('is looked for in `npm run %s`', (name) => {
    expect(readFileSync(`${appRoot}/scripts/${name}.ts`, 'utf8')).toMatch(/\bnew(?:Npm)?Command\(|new NpmCommand\(/);
  });

  it.each(['generate', 'start', 'sandbox'])(
    'of `npm run %s` is refused with where it goes, and nothing is bought',
    async (name) => {
      const { project, provider } = await paidProject();
      const [option, variable] =
        name === 'sandbox' ? ['--port=1', 'npm_config_port'] : ['--sandbox', 'npm_config_sandbox'];
      // As npm hands it on.
      const swallowed = new ScriptProject({ ...project.environment, [variable]: name === 'sandbox' ? '1' : 'true' });
      const { code, stderr } = await swallowed.run(name, 'giza', 'today');
      expect({ name, code, stderr }).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`npm run ${name} -- giza today ${option}`),
      });
      expect(provider.counts().accepted).toBe(0);
    },
  );

  it('is handed on by npm itself that way', async () => {
    const { project, provider } = await paidProject();
    const result = await npm(project.environment, 'generate', 'giza', 'today', '--model', 'wan2.6-t2v');
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('npm kept --model for itself') });
    expect(provider.counts().accepted).toBe(0);
  });
});

describe('a settings file', { timeout: 120_000 }, () => {
  it('with a byte order mark keeps its first line: the budget holds', async () => {
    const { project, provider } = await paidProject();
    writeFileSync(project.path('.env'), '\uFEFFWANX_BUDGET_USD=0\r\n');
    const { code, stderr } = await project.run('generate', 'giza', 'today');
    expect({ code, stderr }).toMatchObject({ code: 7, stderr: expect.stringContaining('WANX_BUDGET_USD') });
    expect(provider.counts().accepted).toBe(0);
  });

  it.each(['generate', 'start'])('with a misspelt name stops `npm run %s` before it does anything', async (name) => {
    const { project, provider } = await paidProject();
    writeFileSync(project.path('.env'), 'WANX_BUGDET=3');
    const { code, stderr } = await project.run(name, ...(name === 'generate' ? ['giza', 'today'] : []));
    expect({ code, stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('did you mean WANX_BUDGET_USD'),
    });
    expect(provider.counts().accepted).toBe(0);
  });
});
