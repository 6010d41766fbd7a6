import { existsSync, mkdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { paidProject, ScriptProject } from '../fixtures/processes/script.ts';

describe.concurrent('npm run generate', () => {
  it('makes a video in the sandbox, tells it as JSON lines, and does not make it twice', async () => {
    const project = new ScriptProject();
    const first = await project.run('generate', 'eiffel-tower', '1900', '--sandbox', '--json');

    expect(first.code).toBe(0);
    expect(first.stderr).toBe('');
    expect(first.json.every((line) => line.sandbox === true)).toBe(true);
    expect(first.json[0]).toMatchObject({ type: 'plan', plan: 'buy', estimateUsd: 0.5 });
    const stages = new Set(first.json.filter(({ type }) => type === 'progress').map(({ stage }) => stage));
    expect([...stages]).toEqual(expect.arrayContaining(['submitting', 'downloading', 'ready']));
    const localPath = 'sandbox-output/videos/eiffel-tower-1900.mp4';
    expect(first.json.at(-1)).toMatchObject({ type: 'result', success: true, localPath });
    expect(statSync(project.path(localPath)).size).toBeGreaterThan(10_000);
    // Sandbox clips never get among videos that were paid for.
    expect(existsSync(project.path('static'))).toBe(false);
    expect(existsSync(project.path('src'))).toBe(false);

    const second = await project.run('generate', 'eiffel-tower', '1900', '--sandbox');
    expect(second.code).toBe(0);
    expect(second.stdout).toContain('nothing was bought');
    expect(second.stdout).not.toContain('submitting');
  });

  it('says the cost before and the receipt after, in plain lines without control characters', async () => {
    const { project, provider } = await paidProject();
    const { code, stdout, stderr } = await project.run('generate', 'giza', 'today', '--duration', '4');

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Estimated cost: about \$0\.40 \(4 s of wan2\.7-t2v at 720P; .*\)$/m);
    expect(stdout.indexOf('Estimated cost')).toBeLessThan(stdout.indexOf('giza/today: submitting'));
    expect(stdout).toMatch(/^ {2}charged {4}4 s, about \$0\.40$/m);
    expect(stdout).toMatch(/^ {2}delivered {2}4 s, 1280x720, with sound/m);
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(provider.counts().accepted).toBe(1);
  });

  it.each([
    { args: ['eifel', '1900'], says: 'Near matches: eiffel-tower' },
    { args: ['eiffel-tower', '1900', '--duration', '31'], says: 'Allowed: whole seconds' },
    { args: ['eiffel-tower'], says: "missing required argument 'era'" },
  ])('refuses $args with code 2, and buys nothing', async ({ args, says }) => {
    const { project, provider } = await paidProject();
    const { code, stdout, stderr } = await project.run('generate', ...args);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(provider.submissions()).toEqual([]);
  });

  it('tells wrong use as a JSON line, too', async () => {
    const run = await new ScriptProject().run('generate', 'eiffel-tower', '--json', '--sandbox');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("missing required argument 'era'");
    const error = { type: 'error', sandbox: true, code: 'invalid-input', error: "missing required argument 'era'" };
    expect(run.json).toEqual([{ ...error, retryable: false }]);
    expect((await new ScriptProject().run('generate', '--help', '--json')).code).toBe(0);
  });

  it('says with code 3 that the settings file cannot be read', async () => {
    const project = new ScriptProject();
    mkdirSync(project.path('.env'));
    const { code, stderr } = await project.run('generate', 'eiffel-tower', '1900', '--sandbox');
    expect(code).toBe(3);
    expect(stderr).toContain(project.path('.env'));
    expect(stderr).not.toMatch(/mistake in Reelkeep|^\s+at /m);
  });

  it('says with code 3 how to set the key that is missing, and that there is a sandbox', async () => {
    const { code, stdout, stderr } = await new ScriptProject().run('generate', 'eiffel-tower', '1900');

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('DASHSCOPE_API_KEY');
    expect(stderr).toContain('--sandbox');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each([
    { what: 'a refusal of the content', fault: 'moderation', args: [], code: 1, says: /giza\/today: .+/ },
    {
      what: 'the end of patience',
      fault: 'never-finishes',
      args: ['--timeout', '0.005'],
      code: 5,
      says: /npm run resume/,
    },
  ] as const)('ends with code $code after $what', async ({ fault, args, code, says }) => {
    const { project, provider } = await paidProject();
    provider.script({ fault });
    const run = await project.run('generate', 'giza', 'today', ...args);

    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(says);
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });

  it('ends with code 7 when the budget does not allow it', async () => {
    const { project, provider } = await paidProject();
    project.environment.WANX_BUDGET_USD = '0.10';
    const { code, stderr } = await project.run('generate', 'giza', 'today');

    expect(code).toBe(7);
    expect(stderr).toContain('WANX_BUDGET_USD');
    expect(provider.counts().accepted).toBe(0);
  });
});
