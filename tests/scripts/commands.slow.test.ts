import { rmSync, truncateSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { paidProject, ScriptProject } from '../fixtures/processes/script.ts';

const FILE = 'static/videos/giza-today.mp4';
/** Of a task that is still queued however slow the machine is. */
const TEN_HOURS_MS = 36_000_000;

describe.concurrent('the commands that look after what there is', () => {
  it('list it, sum it, check it and repair it', async () => {
    const { project, provider } = await paidProject();
    await project.run('generate', 'giza', 'today');

    const [videos, spend, rescue] = await Promise.all(['videos', 'spend', 'rescue'].map((name) => project.run(name)));
    expect(videos?.stdout).toMatch(/^giza +today +ready +wan2\.7-t2v +5 s +\S+ kB +\$0\.50 .* giza-today\.mp4$/m);
    expect(spend?.stdout).toMatch(/^giza +1 +\$0\.50$/m);
    expect(spend?.stdout).toMatch(/^of which lost or unclear +0 +\$0\.00$/m);
    const [task] = provider.tasks();
    expect(rescue?.stdout).toMatch(new RegExp(`^${task?.taskId} +SUCCEEDED .* giza/today +yes$`, 'm'));

    truncateSync(project.path(FILE), 1000);
    const bad = await project.run('audit');
    expect(bad.code).toBe(1);
    expect(bad.stdout).toContain('size-differs: giza/today');
    const repaired = await project.run('audit', '--repair');
    expect(repaired.stdout).toContain('fetched again');
    expect(repaired.code).toBe(0);
    expect(provider.counts().accepted).toBe(1);
  });

  it('rescue a video that no record knows', async () => {
    const { project, provider } = await paidProject();
    const body = {
      model: 'wan2.7-t2v',
      input: { prompt: 'a lost one' },
      parameters: { resolution: '720P', duration: 2 },
    };
    const answer = await fetch(`${provider.baseUrl}/services/aigc/video-generation/video-synthesis`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${provider.apiKey}`,
        'content-type': 'application/json',
        'x-dashscope-async': 'enable',
      },
      body: JSON.stringify(body),
    });
    const { output } = await answer.json();

    const { code, stdout } = await project.run('rescue', '--task', output.task_id);
    expect(stdout).toMatch(/captured, .* static\/videos\/orphans\/.*\(no matching record\)/);
    expect(code).toBe(0);
  });

  it('buy nothing while the records are gone, show the way on, and go on when told to', async () => {
    const { project, provider } = await paidProject();
    await project.run('generate', 'giza', 'today');
    rmSync(project.path('src/lib/data/generated-videos.json'));
    for (const [name = '', ...words] of [['generate', 'petra', 'today'], ['resume']]) {
      const { code, stderr } = await project.run(name, ...words);
      expect(code).toBe(1);
      expect(stderr).toMatch(/The records are gone.*npm run rescue.*--adopt/s);
    }
    expect(provider.counts().accepted).toBe(1);
    expect((await project.run('generate', 'petra', 'today', '--adopt')).code).toBe(0);
    expect(provider.counts().accepted).toBe(2);
  });

  it('cancel what is under way, and leave it alone from then on', async () => {
    const { project, provider } = await paidProject({ taskDurationMs: TEN_HOURS_MS });
    const run = project.start('generate', 'giza', 'today');
    await run.says('giza/today: queued');
    run.signal('SIGTERM');
    expect((await run.finished).code).toBe(130);

    const cancelled = await project.run('cancel', 'giza', 'today');
    expect(cancelled.stdout).toMatch(/^giza\/today: cancelled/);
    expect(cancelled.code).toBe(0);
    const resumed = await project.run('resume');
    expect(resumed.stdout).toBe('Nothing to finish.\n');
    expect((await project.run('cancel', 'giza', 'today')).code).toBe(1);
    expect(provider.counts().accepted).toBe(1);
  });

  it('say what there is in an empty project, and what could be', async () => {
    const project = new ScriptProject();
    const all = await project.run('videos', '--all');
    expect(all.stdout).toMatch(/^eiffel-tower +1900 +missing$/m);
    expect(all.stdout).toMatch(/^0 of \d+ videos ready/m);
    const spend = await project.run('spend', '--sandbox');
    expect(spend.stdout).toContain('Nothing was bought.');
  });
});

describe.concurrent('npm run demo', () => {
  it('makes three videos without a key, says that it costs nothing, and what to do next', async () => {
    const { code, stdout, stderr } = await new ScriptProject({ WANX_BUDGET_USD: '0' }).run('demo', '--no-app');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('no API key, no network, no cost');
    expect(stdout.match(/: ready, /g)).toHaveLength(3);
    expect(stdout).toContain('sandbox-output/videos/colosseum-imperial.mp4');
    expect(stdout).toContain('DASHSCOPE_API_KEY');
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
    const { json } = await new ScriptProject().run('demo', '--no-app', '--json');
    expect(json.at(-1)).toMatchObject({ type: 'summary', ready: 3, failed: [] });
  });
});
