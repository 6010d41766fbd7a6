import { existsSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { paidProject } from '../fixtures/processes/script.ts';

const FILE = 'static/videos/giza-today.mp4';
const version = (number: number) => `static/videos/giza-today.v${number}.mp4`;

async function twoFilms() {
  const { project, provider } = await paidProject();
  await project.run('generate', 'giza', 'today');
  await project.run('generate', 'giza', 'today', '--force');
  const versions = (...words: string[]) => project.run('versions', 'giza', 'today', ...words);
  return { project, provider, versions };
}

describe.concurrent('npm run versions', () => {
  it('lists the films, restores one without buying, and says how', async () => {
    const { project, provider, versions } = await twoFilms();
    const listed = await versions();
    expect(listed.stdout).toMatch(/^2 +current .* \$0\.50 +static\/videos\/giza-today\.mp4$/m);
    expect(listed.stdout).toMatch(/^1 .* static\/videos\/giza-today\.v1\.mp4$/m);
    expect(listed.stdout).toContain('npm run versions -- giza today --restore 1');
    expect((await project.run('videos')).stdout).toContain('1 former film kept');
    const first = readFileSync(project.path(version(1)));
    const restored = await versions('--restore', '1', '--json');
    expect(restored.code).toBe(0);
    expect(restored.json.map(({ type, version: number, isCurrent }) => [type, number, isCurrent])).toEqual([
      ['version', 2, false],
      ['version', 1, true],
    ]);
    expect(readFileSync(project.path(FILE)).equals(first)).toBe(true);
    expect(provider.counts().accepted).toBe(2);
  });

  it('deletes only when told to, and takes it back', async () => {
    const { project, versions } = await twoFilms();
    const refused = await versions('--delete', '2');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(existsSync(project.path(FILE))).toBe(true);
    const deleted = await versions('--delete', '2', '--yes');
    expect(deleted.code).toBe(0);
    expect(deleted.stdout).toMatch(/To undo that within a day: npm run versions -- giza today --undo/);
    expect(deleted.stdout).toMatch(/^2 +deleted, until \d{4}-\d\d-\d\d/m);
    expect(existsSync(project.path(FILE))).toBe(false);
    expect((await project.run('audit')).code).toBe(0);
    expect((await versions('--undo')).code).toBe(0);
    expect(existsSync(project.path(FILE))).toBe(true);
    expect(await versions('--undo')).toMatchObject({ code: 1, stderr: expect.stringContaining('can be undone') });
  });

  it('says what is wrong with what it was asked', async () => {
    const { versions, project } = await twoFilms();
    expect(await versions('--restore', '9')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Versions kept: 2, 1'),
    });
    expect(await versions('--restore', 'x')).toMatchObject({ code: 2 });
    expect(await versions('--restore', '1', '--undo')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('one of'),
    });
    expect((await project.run('versions', 'giza', '2100')).stdout).toContain('giza/2100 has no finished film.');
    rmSync(project.path(version(1)));
    const audit = await project.run('audit');
    expect(audit).toMatchObject({ code: 1, stdout: expect.stringMatching(/file-missing: giza\/today\n +version 1: /) });
    expect((await versions('--delete', '1', '--yes')).code).toBe(0);
    expect((await project.run('audit')).code).toBe(0);
  });
});
