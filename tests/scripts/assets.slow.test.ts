import { existsSync } from 'node:fs';
import { describe, it } from 'vitest';
import { makeRemotely } from '../fixtures/processes/remote-video.ts';
import { paidProject, ScriptProject } from '../fixtures/processes/script.ts';

const PAGE = 'page-1';

describe.concurrent('npm run assets', { timeout: 120_000 }, () => {
  it('queues a download and waits for it, lists it, and removes old versions when told to', async ({ expect }) => {
    const { project, provider } = await paidProject({ taskDurationMs: 1 });
    const id = await makeRemotely(provider);
    const fileOf = (version: number) => project.path('static/generated-videos/BATCH_1', `${id}_V${version}.mp4`);
    const queue = (page: string) => project.run('assets', '--queue', page, '--video', id, '--batch', 'BATCH_1');
    const queued = await queue(PAGE);
    expect(queued.stdout).toMatch(new RegExp(`^${PAGE}: ${id}, completed, 3 files, `, 'm'));
    expect(queued.code).toBe(0);
    expect((await queue('page-2')).code).toBe(0);
    expect([fileOf(1), fileOf(2)].map((path) => existsSync(path))).toEqual([true, true]);

    const listed = await project.run('assets', '--json');
    expect(listed.json).toMatchObject([
      { type: 'downloads', summary: { completed: 2, failed: 0 }, downloads: [{}, {}] },
    ]);
    const dry = await project.run('assets', '--clean', '--keep', '1', '--dry-run');
    expect(dry.stdout).toMatch(/^1 version, .* would be removed\.$/m);
    expect(existsSync(fileOf(1))).toBe(true);
    const cleaned = await project.run('assets', '--clean', '--keep', '1');
    expect(cleaned.stdout).toMatch(/^1 version, .* removed\.$/m);
    expect([fileOf(1), fileOf(2)].map((path) => existsSync(path))).toEqual([false, true]);
  });

  it('says why a download has failed, and tries it again when told to', async ({ expect }) => {
    const { project, provider } = await paidProject({ taskDurationMs: 1 });
    provider.openaiVideos.script({ fault: 'moderation' });
    const id = await makeRemotely(provider);
    const failed = await project.run('assets', '--queue', PAGE, '--video', id, '--batch', 'BATCH_1');
    expect(failed.stdout).toMatch(new RegExp(`^${PAGE}: ${id}, failed\\n  .*the video is failed`, 'm'));
    expect(failed.code).toBe(1);
    const listed = await project.run('assets');
    expect(listed.stdout).toContain('1 download: 0 under way, 0 completed, 1 failed, 0 expired.');
    expect(listed.stdout).toContain('npm run assets -- --retry <page>');
    const again = await project.run('assets', '--retry', PAGE);
    expect(again.stdout).toContain(`Download failed for ${id}`);
    expect(again.code).toBe(1);
    const unknown = await project.run('assets', '--retry', 'page-none');
    expect(unknown.stderr).toContain('Download job not found');
    expect(unknown.code).toBe(1);
  });

  it('refuses what is incomplete, and knows no service by itself', async ({ expect }) => {
    const project = new ScriptProject();
    const incomplete = await project.run('assets', '--queue', PAGE);
    expect(incomplete.stderr).toContain('--queue needs --video and --batch');
    expect(incomplete.code).toBe(2);
    const queue = await project.run('assets', '--queue', PAGE, '--video', 'video_1', '--batch', 'BATCH_1');
    expect(queue.stderr).toContain('OPENAI_VIDEOS_BASE_URL');
    expect(queue.code).toBe(3);
    expect((await project.run('assets')).stdout).toContain('0 downloads: ');
  });

  it('stays in the sandbox with --sandbox', async ({ expect }) => {
    const project = new ScriptProject({
      OPENAI_VIDEOS_BASE_URL: 'https://videos.example/v1',
      OPENAI_VIDEOS_API_KEY: 'sk-real',
    });
    const { stdout } = await project.run(
      'assets',
      '--sandbox',
      '--queue',
      PAGE,
      '--video',
      'video_1',
      '--batch',
      'BATCH_1',
      '--completed-at',
      '2026-01-01T00:00:00Z',
    );
    expect(stdout).toContain('expired');
    expect(existsSync(project.path('sandbox-output/asset-downloads.json'))).toBe(true);
    expect(existsSync(project.path('src/lib/data/asset-downloads.json'))).toBe(false);
  });
});
