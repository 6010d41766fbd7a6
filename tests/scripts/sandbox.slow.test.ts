import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ScriptProject } from '../fixtures/processes/script.ts';

describe.concurrent('--sandbox', () => {
  it('serves two commands side by side, and outlives the one that ends first', async () => {
    const project = new ScriptProject({ REELKEEP_SANDBOX_TASK_MS: '1500' });
    const first = project.start('generate', 'giza', 'today', '--sandbox');
    // What it says next, a slow machine may skip.
    await first.says('giza/today: submitting');
    const second = project.start('generate', 'petra', 'today', '--sandbox');

    const codes = [(await first.finished).code, (await second.finished).code];
    expect(codes).toEqual([0, 0]);
    const state = JSON.parse(readFileSync(project.path('sandbox-output/state.json'), 'utf8'));
    expect(state.tasks).toHaveLength(2);
  });

  it('costs nothing, so no budget stops it', async () => {
    const project = new ScriptProject({ WANX_BUDGET_USD: '0' });
    const { code, stdout, stderr } = await project.run('seed', '--spot', 'giza', '--sandbox');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('3 videos ready.');
  });

  it('keeps its clips apart from paid videos, whatever the settings say', async () => {
    const project = new ScriptProject({
      WANX_VIDEO_DIR: 'paid',
      WANX_METADATA_PATH: 'paid/videos.json',
      DASHSCOPE_API_KEY: 'sk-real',
      DASHSCOPE_HTTP_BASE_URL: 'http://127.0.0.1:9/api/v1',
    });
    const sandbox = await project.run('generate', 'giza', 'today', '--sandbox', '--json');
    expect(sandbox.json.at(-1)).toMatchObject({ localPath: 'sandbox-output/videos/giza-today.mp4' });
    const real = await project.run('videos');
    expect(real.stdout).toContain(`videos ready, in ${project.path('paid')}.`);
  });
});

describe.concurrent('npm run sandbox', () => {
  it.each([
    ['--port', '1.5', 'whole number from 0 to 65535'],
    ['--port', '70000', 'whole number from 0 to 65535'],
    ['--port', '', 'whole number from 0 to 65535'],
    ['--min-bytes', '0.5', 'whole number from 0 to 4294967295'],
    ['--task-seconds', '0', 'a number from 0.01 to 3600'],
  ])('refuses %s %j in words of its own', async (option, value, allowed) => {
    const { code, stdout, stderr } = await new ScriptProject().run('sandbox', option, value);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(option);
    expect(stderr).toContain(allowed);
  });

  it('starts at any free port, with videos that take half a second', async () => {
    const run = new ScriptProject().start('sandbox', '--port', '0', '--task-seconds', '0.5');
    await run.says('Ctrl-C stops it.');
    run.signal('SIGINT');
    const { code, stderr } = await run.finished;
    expect([code, stderr]).toEqual([0, '']);
  });
});
