import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { paidProject, ScriptProject } from '../fixtures/processes/script.ts';

/** Of a task that is still queued however slow the machine is. */
const TEN_HOURS_MS = 36_000_000;

describe.concurrent('a command that is stopped', () => {
  it('names the task on Ctrl-C, and resume finishes it without buying again', async () => {
    let aheadMs = 0;
    const clock = { ...systemClock, now: () => Date.now() + aheadMs };
    const { project, provider } = await paidProject({ taskDurationMs: TEN_HOURS_MS, clock });
    const run = project.start('generate', 'giza', 'today');
    await run.says('giza/today: queued');

    const other = await project.run('generate', 'giza', 'today', '--if-busy', 'fail');
    expect(other.code).toBe(6);
    expect(other.stderr).toContain('Another process is working on giza/today');

    run.signal('SIGINT');
    const stopped = await run.finished;
    expect(stopped.code).toBe(130);
    const [record] = project.records();
    expect(stopped.stdout).toContain(`giza/today  task ${record?.taskId}`);
    expect(stopped.stdout).toContain('npm run resume');
    expect(record).toMatchObject({ status: 'generating' });
    expect(record?.lease).toBeUndefined();

    const videos = await project.run('videos');
    expect(videos.stdout).toMatch(/^giza +today +unfinished .*link expires in [12]\d h/m);

    aheadMs = TEN_HOURS_MS;
    const resumed = await project.run('resume', '--json');
    expect(resumed.code).toBe(0);
    expect(resumed.json.at(-1)).toMatchObject({ type: 'summary', ready: 1, failed: [] });
    expect(project.records()).toMatchObject([{ status: 'ready', taskId: record?.taskId }]);
    expect(provider.counts().accepted).toBe(1);
  });

  it('leaves unfinished what resume brings home, however many others never end', async () => {
    const { project, provider } = await paidProject();
    provider.script({ fault: 'never-finishes', times: 'always' });
    const four = ['giza', 'galata-tower', 'petra', 'nihonbashi'].flatMap((spot) => ['--spot', spot]);
    const seeded = await project.run('seed', ...four, '--yes', '--concurrency', '10', '--timeout', '0.001');
    expect(seeded.code).toBe(5);
    // The last one to get a place, if there were places.
    const byDeadline = project.records().sort((a, b) => (a.expiresAt ?? '').localeCompare(b.expiresAt ?? ''));
    const { spotId, eraId, prompt = '' } = byDeadline.at(-1) ?? {};
    provider.letFinish(prompt);

    const resuming = project.start('resume');
    await resuming.says(`${spotId}/${eraId}: ready`);
    resuming.signal('SIGINT');
    const { code, stdout } = await resuming.finished;
    expect(code).toBe(130);
    expect(stdout).toContain('1 of 12 videos ready.');
    expect(provider.counts().accepted).toBe(12);
  });

  it('and that came to nothing is named by resume, as by seed', async () => {
    const { project, provider } = await paidProject({ taskDurationMs: 1000 });
    provider.script({ fault: 'moderation' });
    expect((await project.run('generate', 'giza', 'today', '--timeout', '0.001')).code).toBe(5);
    const failed = await project.run('resume', '--json');
    expect(failed.json.at(-1)).toMatchObject({ type: 'summary', ready: 0, failed: ['giza/today'] });
    expect(failed.code).toBe(1);
    const nothing = await project.run('resume', '--json');
    expect(nothing.json.at(-1)).toMatchObject({ type: 'summary', ready: 0, failed: [] });
  });

  it('finishes in the next sandbox what a killed one left, even a kill that nobody could catch', async ({ expect }) => {
    const project = new ScriptProject({ REELKEEP_SANDBOX_TASK_MS: '10000' });
    const run = project.start('generate', 'giza', 'today', '--sandbox');
    await run.says('giza/today: submitting');
    await expect
      .poll(() => project.records('sandbox-output/generated-videos.json'))
      .toMatchObject([{ taskId: expect.any(String) }]);
    run.signal('SIGKILL');
    await run.finished;

    const { code, stdout } = await project.run('resume', '--sandbox');
    expect(stdout).toContain('1 of 1 video ready.');
    expect(code).toBe(0);
    expect(existsSync(project.path('sandbox-output/videos/giza-today.mp4'))).toBe(true);
  });

  it('buys nothing after a Ctrl-C although the provider had only asked to wait', async () => {
    const { project, provider } = await paidProject();
    provider.script({ fault: 'refuse-429', on: 'submit', retryAfterSeconds: 5 });
    const run = project.start('generate', 'giza', 'today');
    await expect.poll(() => provider.submissions().length).toBe(1);
    run.signal('SIGINT');
    expect((await run.finished).code).toBe(130);
    expect(provider.counts().accepted).toBe(0);
    expect(project.records()[0]?.intent).toBeUndefined();
  });

  it('ends at once on a second Ctrl-C', async ({ expect }) => {
    const { project, provider } = await paidProject();
    // An answer that does not come keeps the submission, and with it the clean stop, waiting.
    provider.script({ fault: 'hung-submit-answer' });
    const run = project.start('generate', 'giza', 'today');
    await run.says('giza/today: submitting');
    // Before it has left, nothing keeps the command from stopping.
    await expect.poll(() => provider.counts().accepted).toBe(1);
    run.signal('SIGINT');
    await run.says('Stopping cleanly');
    // What comes sooner is taken for the echo of the first that npm sends.
    await wait(600);
    run.signal('SIGINT');
    expect((await run.finished).code).toBe(130);
  });
});
