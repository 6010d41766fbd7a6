import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import {
  findGeneratedFile,
  generateWithOpenAIVideos,
  listGeneratedFilmsWithoutPictures,
  listGeneratedVideos,
  makeGeneratedPictures,
  resumeOpenAIVideos,
} from '#lib/openai-videos/index.ts';
import { videosProject } from '../../fixtures/openai-videos/videos-project.ts';
import { describeWithFfmpeg } from '../../fixtures/pictures/films.ts';

const ORDER = { prompt: 'A harbour at dawn.', model: 'sora-2', seconds: 4, size: '1280x720' };
const ENDINGS = ['poster-640.webp', 'poster.webp', 'sprites.jpg', 'sprites.vtt'];
const picturesOf = (version: number) => ENDINGS.map((ending) => `harbour.v${version}.${ending}`);

async function project(makesPictures: '0' | '1') {
  const { tuning, files, root, folder, stored } = await videosProject();
  vi.stubEnv('REELKEEP_PICTURES', makesPictures);
  const drawn = () => files().filter((name) => /\.(webp|jpg|vtt)$/.test(name));
  const make = (options = {}) =>
    generateWithOpenAIVideos(ORDER, { ...tuning, name: 'harbour', pictures: [], ...options });
  return { make, drawn, files, tuning, folder, recordsPath: join(root, 'data/openai-videos.json'), stored };
}

describeWithFfmpeg('the pictures of a film from a server of OpenAI’s videos', () => {
  it('are on record when the call returns, and stay with their film when it is made again', async () => {
    const { make, drawn } = await project('1');
    const result = await make();
    expect(result).toMatchObject({ success: true, record: { pictures: { poster: { width: 1280, height: 720 } } } });
    expect(result).toMatchObject({ record: (await listGeneratedVideos())[0] });
    expect(drawn()).toEqual(picturesOf(1));
    expect(await make({ force: true })).toMatchObject({ success: true });
    expect(drawn()).toEqual([...picturesOf(1), ...picturesOf(2)]);
    for (const name of drawn())
      expect(await findGeneratedFile('generated', name)).toMatchObject({ sizeBytes: expect.any(Number) });
    expect(await findGeneratedFile('generated', 'harbour.v1.sprites.vtt')).toMatchObject({
      mimeType: 'text/vtt; charset=utf-8',
    });
    expect(await findGeneratedFile('generated', 'harbour.v3.poster.webp')).toBeUndefined();
  });

  it('are made by the next run where the process was killed before', async () => {
    const { make, drawn, stored, recordsPath, tuning } = await project('0');
    await make();
    expect(drawn()).toEqual([]);
    const [record] = JSON.parse(stored());
    writeFileSync(recordsPath, JSON.stringify([{ ...record, pictures: { isDue: true } }]));
    vi.stubEnv('REELKEEP_PICTURES', '1');
    expect(await resumeOpenAIVideos(tuning)).toEqual([]);
    expect(drawn()).toEqual(picturesOf(1));
    expect((await listGeneratedVideos())[0]?.pictures?.isDue).toBeUndefined();
  });

  it('can be made of an existing library, also where a file is lost', async () => {
    const { make, drawn, folder } = await project('0');
    await make();
    const film = { batchId: 'generated', name: 'harbour', version: 1 };
    expect(await listGeneratedFilmsWithoutPictures()).toEqual([film]);
    expect((await makeGeneratedPictures(film))?.missing).toBeUndefined();
    expect(await listGeneratedFilmsWithoutPictures()).toEqual([]);
    expect(await listGeneratedFilmsWithoutPictures({ all: true })).toEqual([film]);
    rmSync(join(folder, 'generated/harbour.v1.sprites.jpg'));
    expect(await listGeneratedFilmsWithoutPictures()).toEqual([film]);
    await makeGeneratedPictures(film);
    expect(drawn()).toEqual(picturesOf(1));
  });

  it('say why they are missing without ffmpeg, and the film is complete', async () => {
    const { make, drawn } = await project('1');
    vi.stubEnv('PATH', '/nowhere');
    expect(await make()).toMatchObject({
      success: true,
      record: { pictures: { missing: [expect.stringMatching(/^No poster: ffmpeg was not found/), expect.anything()] } },
    });
    expect(drawn()).toEqual([]);
  });
});
