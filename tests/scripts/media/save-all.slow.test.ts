import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { addMediaItem, listMediaItems, mediaLibrary } from '#lib/media/index.ts';
import { lockProject } from '#lib/media/root/project-lock.server.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { ScriptProject } from '../../fixtures/processes/script.ts';
import { serve, startFaultServer } from '../../fixtures/wire/fault-server.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

const MIB = 1024 * 1024;

function mediaOf(project: ScriptProject) {
  project.environment.REELKEEP_MEDIA_DIR = project.path('media');
  const metadataPath = project.path('src/lib/data/generated-videos.json');
  return mediaLibrary({ mediaDir: project.path('media'), metadataPath, database: undefined });
}

it('killed half way through all projects, the next run goes on, and the third asks for nothing', async () => {
  const film = await makeMp4({ sizeBytes: 2.5 * MIB });
  const server = await startFaultServer(serve(film), serve(film, { stallAt: MIB }), serve(film));
  onTestFinished(() => server.close());
  const project = new ScriptProject({ WANX_ALLOW_PRIVATE_NETWORK: '1' });
  const library = mediaOf(project);
  for (const id of ['p1', 'p2', 'p3']) {
    await addMediaItem(id, { id, name: 'Film', originalUrl: server.url(`/${id}.mp4`) }, { library });
  }
  const killed = project.start('media/media', 'save-all');
  const part = project.path('media/projects/p2/videos/Film.mp4.part');
  await expect.poll(() => (existsSync(part) ? statSync(part).size : 0), { interval: 20, timeout: 90_000 }).toBe(MIB);
  killed.signal('SIGKILL');
  await killed.finished;
  expect((await listMediaItems('p2', { library })).map(({ isLocalFile }) => isLocalFile)).toEqual([false]);

  const second = await project.run('media/media', 'save-all');
  expect(second).toMatchObject({ code: 0, stderr: '' });
  expect(second.stdout).toMatch(/^p1: 0 saved, 1 already there\.$/m);
  expect(second.stdout).toMatch(/^p2: 1 saved, 0 already there\.$/m);
  expect(second.stdout).toMatch(/^p3: 1 saved, 0 already there\.$/m);
  const seen = server.requests.map(({ target, headers }) => [target, headers.range]);
  const asked = [
    ['/p1.mp4', undefined],
    ['/p2.mp4', undefined],
    ['/p2.mp4', `bytes=${MIB}-`],
    ['/p3.mp4', undefined],
  ];
  expect(seen).toEqual(asked);
  for (const id of ['p1', 'p2', 'p3']) {
    expect(readdirSync(project.path('media/projects', id, 'videos'))).toEqual(['Film.mp4']);
    expect(readFileSync(project.path('media/projects', id, 'videos/Film.mp4'))).toEqual(film);
  }
  expect((await project.run('media/media', 'save-all', '--json')).json).toMatchObject(
    ['p1', 'p2', 'p3'].flatMap((projectId) => [
      { type: 'item', projectId, state: 'alreadyThere' },
      { type: 'report', projectId, saved: 0, alreadyThere: 1, lost: [], failed: [] },
    ]),
  );
  expect(server.requests).toHaveLength(asked.length);
}, 300_000);

it('stopped by Ctrl-C, it says how to go on', async () => {
  const film = await makeMp4({ sizeBytes: 2.5 * MIB });
  const server = await startFaultServer(serve(film, { stallAt: MIB }));
  onTestFinished(() => server.close());
  const project = new ScriptProject({ WANX_ALLOW_PRIVATE_NETWORK: '1' });
  await addMediaItem('p1', { name: 'Film', originalUrl: server.url() }, { library: mediaOf(project) });
  const run = project.start('media/media', 'save-all', '--project', 'p1');
  await run.says('p1/Film: downloading');
  run.signal('SIGINT');
  const { code, stdout } = await run.finished;
  expect(code).toBe(130);
  expect(stdout).toContain('Nothing is lost. To go on: npm run media -- save-all --project p1');
}, 300_000);

it('reports what is lost, has failed or is only in a browser, and goes on with other projects', async () => {
  const film = await makeMp4({ sizeBytes: 4000 });
  const origin = await loopback((request, response) => {
    response.statusCode = request.url === '/film.mp4' ? 200 : 404;
    response.end(response.statusCode === 200 ? film : 'gone');
  });
  const project = new ScriptProject({ WANX_ALLOW_PRIVATE_NETWORK: '1' });
  const library = mediaOf(project);
  const add = (id: string, item: object) => addMediaItem(id, item, { library });
  await add('busy', { originalUrl: `${origin}/film.mp4` });
  await add('p1', { id: 'a', name: 'Film', originalUrl: `${origin}/film.mp4` });
  await add('p1', { id: 'b', name: 'Gone', originalUrl: `${origin}/gone.mp4` });
  await add('p1', { id: 'c', name: 'Tab', url: 'blob:http://localhost/1' });
  await add('p1', { id: 'd', name: 'Sound', type: 'audio', originalUrl: `${origin}/film.mp4` });
  const lock = lockProject(library.root, 'busy');
  onTestFinished(() => lock.release());
  const { code, stdout, stderr } = await project.run('media/media', 'save-all');
  expect(code).toBe(4);
  expect(stdout).toMatch(/^p1\/Film: saved/m);
  expect(stdout).toContain('p1/Tab: only a browser has it.');
  expect(stdout).toContain('p1: 1 saved, 0 already there, 1 only in a browser, 1 lost, 1 failed.');
  expect(stderr).toMatch(/^Project busy is being saved/m);
  expect(stderr).toMatch(/^p1\/Gone: lost\. .*404/m);
  expect(stderr).toMatch(/^p1\/Sound: Sound is a sound/m);
}, 300_000);
