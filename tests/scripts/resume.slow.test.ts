import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { generateWithFal, stopFal } from '#lib/fal/index.ts';
import { generateWithOpenAIVideos, stopOpenAIVideos } from '#lib/openai-videos/index.ts';
import type { Sandbox } from '#lib/sandbox/dashscope/world/types.ts';
import { addFilm, standInBucket } from '../fixtures/media/stored-library.ts';
import { makeMp4 } from '../fixtures/mp4/mp4.ts';
import { paidProject, type ScriptProject } from '../fixtures/processes/script.ts';

/** Films that another process has ordered and left unfinished: one of each provider. */
async function orderEverywhere(project: ScriptProject, provider: Sandbox): Promise<void> {
  provider.script({ fault: 'never-finishes' });
  expect((await project.run('generate', 'giza', 'today', '--timeout', '0.001')).code).toBe(5);
  await orderVideo(project, provider, 'harbour');
}

async function orderVideo({ environment }: ScriptProject, { openaiVideos }: Sandbox, name: string): Promise<void> {
  openaiVideos.script({ fault: 'never-finishes' });
  for (const [key, value] of Object.entries(environment)) vi.stubEnv(key, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const request = { prompt: `A ${name} at dawn.`, seconds: 4, size: '1280x720' };
  const result = await generateWithOpenAIVideos(request, { name, timeoutMs: 300 });
  expect(result).toMatchObject({ success: false, code: 'timeout' });
  await stopOpenAIVideos();
}

/** A finished video of the service, whose download another process has queued and left. @returns its id */
async function leaveDownload(
  project: ScriptProject,
  { openaiVideos }: Sandbox,
  page: string,
  trouble: Partial<Parameters<Sandbox['openaiVideos']['script']>[0]> = {},
): Promise<string> {
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${project.environment.OPENAI_VIDEOS_API_KEY}`,
  };
  const body = JSON.stringify({ prompt: 'A canal at noon.', model: 'sora-2' });
  const answer = await fetch(`${openaiVideos.baseUrl}/videos`, { method: 'POST', headers, body });
  const { id } = await answer.json();
  openaiVideos.script({
    ...{ fault: 'slow-answer', on: 'retrieve', match: { taskId: id }, delayMs: 3_600_000 },
    ...trouble,
  });
  const queueing = project.start('assets', '--queue', page, '--video', id, '--batch', 'BATCH_1');
  const looks = () => openaiVideos.requests().filter(({ path }) => path.endsWith(id));
  await expect.poll(() => looks().length, { timeout: 60_000 }).toBeGreaterThan(0);
  queueing.signal('SIGINT');
  await queueing.finished;
  return id;
}

describe('npm run resume', { timeout: 120_000 }, () => {
  it('finishes what is left of every provider, buys nothing, and says what it did for each', async () => {
    const { project, provider } = await paidProject();
    await orderEverywhere(project, provider);
    provider.letFinish('Giza');
    provider.openaiVideos.letFinish('harbour');

    const { code, stdout, stderr } = await project.run('resume');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const line of [
      'Wan: 1 video to finish:',
      'OpenAI videos: 1 video to finish:',
      `  generated/harbour  task ${provider.openaiVideos.videos()[0]?.id}`,
      'giza/today: ready',
      /^generated\/harbour: ready, .*static\/generated-videos\/generated\/harbour\.mp4$/m,
      'Wan: 1 of 1 video ready.',
      'OpenAI videos: 1 of 1 video ready.',
    ]) {
      expect(stdout).toEqual(typeof line === 'string' ? expect.stringContaining(line) : expect.stringMatching(line));
    }
    expect(existsSync(project.path('static/generated-videos/generated/harbour.mp4'))).toBe(true);
    expect(existsSync(project.path('static/videos/giza-today.mp4'))).toBe(true);
    expect([provider.counts().accepted, provider.openaiVideos.creations().length]).toEqual([1, 1]);
    expect((await project.run('resume')).stdout).toBe('Nothing to finish.\n');
  });

  it('fetches the downloads that a process has left, and says which are still left', async () => {
    const { project, provider } = await paidProject({ taskDurationMs: 1 });
    // The good one last: whoever runs takes up what others have left.
    const bad = await leaveDownload(project, provider, 'page-2', { fault: 'refuse-503', times: 'always' });
    const good = await leaveDownload(project, provider, 'page-1');
    const { code, stdout, stderr } = await project.run('resume');
    expect(stdout).toMatch(/^Downloads: 2 downloads to finish:$/m);
    expect(stdout).toContain(`Download completed for ${good}`);
    expect(stdout).toContain('Downloads: 1 of 2 downloads ready.');
    expect(stderr).toContain(`page-2/${bad}: `);
    expect(stderr).toContain('npm run resume');
    expect(code).toBe(4);
    expect(existsSync(project.path('static/generated-videos/BATCH_1', `${good}_V1.mp4`))).toBe(true);

    const again = await project.run('resume', '--json');
    expect(again.code).toBe(5);
    expect(again.json.at(-1)).toMatchObject({
      ...{ type: 'summary', ready: 0, failed: [`page-2/${bad}`] },
      providers: { wan: { ready: 0, failed: [] }, downloads: { ready: 0, failed: [`page-2/${bad}`] } },
    });
  });

  it('finishes what was bought from fal, and puts it into the media library', async () => {
    const { project, provider } = await paidProject();
    project.environment.REELKEEP_MEDIA_DIR = project.path('media');
    for (const [key, value] of Object.entries(project.environment)) vi.stubEnv(key, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    provider.fal.script({ fault: 'never-finishes' });
    const input = { prompt: 'A harbour at dawn.', duration: 1 };
    const left = await generateWithFal('fal-ai/ltx', input, { projectId: 'harbours', timeoutMs: 300 });
    expect(left).toMatchObject({ success: false, code: 'timeout' });
    await stopFal();
    const [{ requestId = '' } = {}] = provider.fal.falRequests();
    provider.fal.letFinish('harbour');
    const { code, stdout, stderr } = await project.run('resume');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^ {2}harbours/\\w+ {2}task ${requestId}`, 'm'));
    const [, film = ''] = /^harbours\/\w+: ready, (projects\/harbours\/videos\/AI-Video-\S+\.mp4)$/m.exec(stdout) ?? [];
    expect(existsSync(project.path('media', film))).toBe(true);
    expect(provider.fal.submissions()).toHaveLength(1);
  });

  it('goes on with the others where one provider cannot be asked', async () => {
    const { project, provider } = await paidProject();
    await orderEverywhere(project, provider);
    provider.openaiVideos.letFinish('harbour');
    project.environment.DASHSCOPE_API_KEY = '';
    const { code, stdout, stderr } = await project.run('resume');
    expect(stderr).toContain('DASHSCOPE_API_KEY');
    expect(stdout).toContain('OpenAI videos: 1 of 1 video ready.');
    expect(stdout).toContain('Wan: 0 of 1 video ready.');
    expect(code).toBe(4);
    expect(provider.openaiVideos.creations()).toHaveLength(1);
  });

  it('lists after Ctrl-C what each provider still works on', async () => {
    const { project, provider } = await paidProject();
    await orderVideo(project, provider, 'harbour');
    const run = project.start('resume', '--json');
    await run.says('"stage":"generating"');
    run.signal('SIGINT');
    const { code, json } = await run.finished;
    expect(code).toBe(130);
    const [{ id: taskId } = { id: '' }] = provider.openaiVideos.videos();
    expect(json.at(-1)).toMatchObject({
      ...{ type: 'interrupted', stillRunning: [{ batchId: 'generated', name: 'harbour', taskId }] },
    });
    const stored = JSON.parse(readFileSync(project.path('src/lib/data/openai-videos.json'), 'utf8'));
    expect(stored[0].lease).toBeUndefined();
  });

  it('uploads what of the media library waits for the object storage', async () => {
    const { project } = await paidProject();
    const { bucket, server, settings } = await standInBucket();
    Object.assign(project.environment, settings, { REELKEEP_MEDIA_DIR: project.path('media') });
    for (const [key, value] of Object.entries(project.environment)) vi.stubEnv(key, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    server.onRequest(() => ({ kind: 'refuse', status: 403, code: 'AccessDenied' }));
    await addFilm(await makeMp4({ sizeBytes: 4000 }), 'clip');

    const refused = await project.run('resume');
    expect(refused.stderr).toContain('p1/clip: the object storage did not take it');
    expect(refused.code).toBe(5);
    server.onRequest(() => undefined);
    const { code, stdout } = await project.run('resume');
    expect(stdout).toContain('p1/clip  its file is in the library on disk');
    expect(stdout).toContain('Media library: 1 of 1 upload ready.');
    expect([code, bucket.objects.size, existsSync(project.path('media/projects/p1/videos/clip.mp4'))]).toEqual([
      0,
      1,
      false,
    ]);
  });
});
