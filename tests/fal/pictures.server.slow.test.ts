import { expect, it, vi } from 'vitest';
import { generateWithFal, resumeFal } from '#lib/fal/index.ts';
import { finishMediaPictures, getMediaItem, listMediaItems } from '#lib/media/index.ts';
import { falProject, INPUT, MODEL } from '../fixtures/fal/fal-project.ts';
import { pictureNames } from '../fixtures/media/fake-draw.ts';
import { describeWithFfmpeg } from '../fixtures/pictures/films.ts';

async function project(makesPictures: '0' | '1') {
  const world = await falProject();
  vi.stubEnv('REELKEEP_PICTURES', makesPictures);
  const make = (options = {}) => generateWithFal(MODEL, INPUT, { ...world.tuning, ...options });
  return { ...world, make, films: () => world.files().filter((name) => name.endsWith('.mp4')) };
}

describeWithFfmpeg('the pictures of films that are bought from fal', () => {
  it('are on record, beside their film, when the call returns', async () => {
    const { make, films, files } = await project('1');
    const result = await make();
    const [film = ''] = films();
    const poster = { name: `${film}.poster.webp`, width: expect.any(Number) };
    expect(result).toMatchObject({ success: true, items: [{ name: film, pictures: { poster } }] });
    expect(files()).toEqual([film, ...pictureNames(film)]);
    expect(await make({ force: true })).toMatchObject({ success: true });
    expect(files()).toHaveLength(10);
  });

  it('are none for a call that wants none, and stay due', async () => {
    const { make, files } = await project('1');
    expect(await make({ pictures: false })).toMatchObject({ items: [{ pictures: { isDue: true } }] });
    expect(files()).toHaveLength(1);
    expect(await make()).toMatchObject({ items: [{ pictures: { spriteSheet: { mimeType: 'image/jpeg' } } }] });
    expect(files()).toHaveLength(5);
  });

  it('are made by whoever finishes the purchase', async () => {
    const { make, files, tuning } = await project('1');
    expect(await make({ timeoutMs: 1000 })).toMatchObject({ success: false, code: 'timeout' });
    expect(await resumeFal(tuning)).toMatchObject([{ items: [{ pictures: { poster: { mimeType: 'image/webp' } } }] }]);
    expect(files()).toHaveLength(5);
  });

  it('say why they are missing without ffmpeg, and the film is complete', async () => {
    const { make, files } = await project('1');
    vi.stubEnv('PATH', '/nowhere');
    const missing = [expect.stringMatching(/^No poster: ffmpeg was not found/), expect.anything()];
    expect(await make()).toMatchObject({ success: true, items: [{ isLocalFile: true, pictures: { missing } }] });
    expect(files()).toHaveLength(1);
    vi.unstubAllEnvs();
  });
});

it('that the settings do not want stay due, for when they do', async () => {
  const { make } = await project('0');
  await make();
  const [{ id = '' } = {}] = await listMediaItems('default');
  const draw = vi.fn();
  expect(await finishMediaPictures(draw)).toEqual([]);
  expect((await getMediaItem('default', id))?.pictures).toEqual({ isDue: true });
});
