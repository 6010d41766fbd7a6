import { existsSync, readdirSync, rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeWithFfmpeg, makeFilm } from '../fixtures/pictures/films.ts';
import { makeRemotely } from '../fixtures/processes/remote-video.ts';
import { paidProject, ScriptProject } from '../fixtures/processes/script.ts';
import { FilmShelf } from '../fixtures/scrape/film-shelf.ts';

const PICTURES = ['poster-640.webp', 'poster.webp', 'sprites.jpg', 'sprites.vtt'];
const picturesOf = (version: number) => PICTURES.map((ending) => `giza-today.v${version}.${ending}`);

describeWithFfmpeg.concurrent('npm run pictures', { timeout: 120_000 }, () => {
  it('makes what is missing of an existing library, former films included, and no more', async () => {
    const { project } = await paidProject();
    const beside = () => readdirSync(project.path('static/videos')).filter((name) => !/^\.|\.mp4$/.test(name));
    await project.run('generate', 'giza', 'today');
    await project.run('generate', 'giza', 'today', '--force');
    const listed = await project.run('pictures', '--dry-run');
    expect(listed.stdout).toMatch(/2 films without pictures:\n {2}giza\/today, version 2\n {2}giza\/today, version 1/);
    expect(beside()).toEqual([]);
    const made = await project.run('pictures');
    expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining('2 of 2 films with all pictures.') });
    expect(beside()).toEqual([...picturesOf(1), ...picturesOf(2)]);
    const [record] = project.records();
    expect(record?.pictures).toMatchObject({
      filmSha256: record?.sha256,
      poster: { name: 'giza-today.v2.poster.webp' },
    });
    expect((await project.run('audit')).code).toBe(0);
    expect((await project.run('pictures')).stdout).toContain('No film lacks its pictures.');
    rmSync(project.path('static/videos/giza-today.v1.sprites.jpg'));
    const again = await project.run('pictures', '--json');
    expect(again.json.filter(({ type }) => type === 'pictures')).toEqual([
      expect.objectContaining({ spotId: 'giza', eraId: 'today', version: 1, missing: [] }),
    ]);
    expect(existsSync(project.path('static/videos/giza-today.v1.sprites.jpg'))).toBe(true);
    const remade = await project.run('pictures', 'giza', 'today', '--remake', '--json');
    expect(remade.json.filter(({ type }) => type === 'pictures')).toHaveLength(2);
    expect((await project.run('pictures', 'louvre', '--remake')).stdout).toContain('No film lacks');
  });

  it('makes those of downloaded films, too, without a service', async () => {
    const { project, provider } = await paidProject({ taskDurationMs: 1 });
    const id = await makeRemotely(provider);
    await project.run('assets', '--queue', 'page-1', '--video', id, '--batch', 'BATCH_1');
    project.environment.OPENAI_VIDEOS_BASE_URL = '';
    expect((await project.run('pictures', 'giza')).stdout).toContain('No film lacks its pictures.');
    const made = await project.run('pictures', '--json');
    expect(made.json.filter(({ type }) => type === 'pictures')).toEqual([
      expect.objectContaining({ soraVideoId: id, notionPageId: 'page-1', version: 1, missing: [] }),
    ]);
    expect(existsSync(project.path('static/generated-videos/BATCH_1', `${id}_V1.sprites.vtt`))).toBe(true);
    expect((await project.run('pictures')).stdout).toContain('No film lacks its pictures.');
  });

  it('makes those of scraped films', async () => {
    const project = new ScriptProject({ WANX_METADATA_PATH: 'videos.json' });
    const shelf = await FilmShelf.in(project.root);
    shelf.store('news/rome', { pictures: undefined, pictureObjects: undefined });
    shelf.write();
    const beside = () => readdirSync(project.path('scraped-videos/news/rome')).filter((name) => !name.startsWith('.'));
    for (const ending of PICTURES) rmSync(project.path('scraped-videos/news/rome', `video.${ending}`));
    expect(beside()).toEqual(['video.mp4']);
    const made = await project.run('pictures', '--json');
    expect(made.json.filter(({ type }) => type === 'pictures')).toEqual([
      expect.objectContaining({ channelId: 'news', videoId: 'rome', missing: [] }),
    ]);
    expect(beside()).toEqual(['video.mp4', ...PICTURES.map((ending) => `video.${ending}`)]);
    expect((await project.run('scrape/storage', 'verify')).code).toBe(0);
    expect((await project.run('pictures')).stdout).toContain('No film lacks its pictures.');
  });

  it('makes those of the media library, which its own commands make, too', async () => {
    const project = new ScriptProject();
    project.environment.REELKEEP_MEDIA_DIR = project.path('media');
    const film = makeFilm(project.path('Harbour.mp4'));
    const beside = () => readdirSync(project.path('media/projects/p1/videos'));
    const whole = (name: string) => [name, ...PICTURES.map((ending) => `${name}.${ending}`)];
    expect((await project.run('media/media', 'save', film, '--project', 'p1')).code).toBe(0);
    expect(beside()).toEqual(['Harbour.mp4']);
    const made = await project.run('pictures', '--json');
    expect(made.json.filter(({ type }) => type === 'pictures')).toEqual([
      expect.objectContaining({ projectId: 'p1', name: 'Harbour.mp4', missing: [] }),
    ]);
    expect(beside()).toEqual(whole('Harbour.mp4'));
    expect((await project.run('pictures')).stdout).toContain('No film lacks its pictures.');
    project.environment.REELKEEP_PICTURES = '1';
    const saved = await project.run('media/media', 'save', film, '--project', 'p1', '--json');
    expect(saved.json.at(-1)).toMatchObject({ type: 'pictures', name: 'Harbour-2.mp4', missing: [] });
    expect(beside()).toEqual([...whole('Harbour-2.mp4'), ...whole('Harbour.mp4')]);
    project.environment.PATH = '/nowhere';
    expect((await project.run('media/media', 'save', film, '--project', 'p1')).stdout).toMatch(/ffmpeg was not found/);
  });

  it('are made by the command that makes the film', async () => {
    const { project } = await paidProject();
    project.environment.REELKEEP_PICTURES = '1';
    expect((await project.run('generate', 'giza', 'today')).code).toBe(0);
    const names = readdirSync(project.path('static/videos')).filter((name) => !name.startsWith('.'));
    expect(names).toEqual(['giza-today.mp4', ...picturesOf(1)]);
    expect(project.records()[0]?.pictures?.missing).toBeUndefined();
  });

  it('say what is missing without ffmpeg, and the film is complete', async () => {
    const { project } = await paidProject();
    Object.assign(project.environment, { REELKEEP_PICTURES: '1', PATH: '/nowhere' });
    expect((await project.run('generate', 'giza', 'today')).code).toBe(0);
    const [record] = project.records();
    expect(record).toMatchObject({
      status: 'ready',
      pictures: { missing: [expect.stringMatching(/ffmpeg was not/), expect.anything()] },
    });
    const command = await project.run('pictures');
    expect(command).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/not complete\n {2}No poster: ffmpeg was not found/),
    });
  });
});
