import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { type FreshApp, freshApp } from '../fixtures/package/fresh-app.ts';
import { sandboxSettings } from '../fixtures/package/sandbox-settings.ts';

const accepted = z.object({ response_url: z.string(), status_url: z.string() });
const resultSchema = z.object({ video: z.object({ url: z.string() }) });

/** The link of a film that the sandbox has made, as fal's own client would get it. */
async function filmLink(settings: Record<string, string>): Promise<string> {
  const headers = { authorization: `Key ${settings.FAL_KEY}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ prompt: 'A harbour at dawn.' });
  const order = await fetch(`${settings.FAL_QUEUE_BASE_URL}/fal-ai/veo3/fast`, { method: 'POST', headers, body });
  const { response_url, status_url } = accepted.parse(await order.json());
  const isDone = async () => (await (await fetch(status_url, { headers })).json()).status === 'COMPLETED';
  await expect.poll(isDone, { interval: 100 }).toBe(true);
  return resultSchema.parse(await (await fetch(response_url, { headers })).json()).video.url;
}

/** `npx reelkeep media`, in an app that has nothing but the package; the library is where it is by default. */
async function userOf(app: FreshApp) {
  const settings = await sandboxSettings(app);
  const home = { XDG_DATA_HOME: join(app.folder, 'data'), HOME: app.folder, LOCALAPPDATA: join(app.folder, 'data') };
  const media = (...words: string[]) => app.run('reelkeep', ['media', ...words], { ...settings, ...home });
  return { settings, media, videos: join(app.folder, 'data/reelkeep/projects/p1/videos') };
}

it.skipIf(process.platform !== 'linux')(
  'the installed command saves, lists, exports, deletes and brings back films of the media library',
  { timeout: 400_000 },
  async ({ onTestFinished }) => {
    const app = await freshApp();
    onTestFinished(() => app.remove(), 60_000);
    const { settings, media, videos } = await userOf(app);
    const said = async (...words: string[]) => {
      const { code, stdout, stderr } = await media(...words);
      expect(code, `${words}\n${stdout}\n${stderr}`).toBe(0);
      return stdout;
    };
    expect(await said('list')).toContain('It has no projects.');
    expect(existsSync(join(app.folder, 'data'))).toBe(false);

    const link = await filmLink(settings);
    expect(await said('save', link, '--project', 'p1')).toContain('p1/output.mp4: saved');
    const film = readFileSync(join(videos, 'output.mp4'));
    writeFileSync(join(app.folder, 'own.mp4'), film);
    await said('save', 'own.mp4', '--project', 'p1', '--name', 'Harbour.mp4');
    expect(await said('list', '--project', 'p1')).toContain('2 items, 2 on disk');
    expect(await said('save-all')).toContain('p1: 0 saved, 2 already there.');

    await said('export', '--project', 'p1');
    expect(execFileSync('unzip', ['-t', join(app.folder, 'p1.zip')], { encoding: 'utf8' })).toContain('No errors');

    const undoItem = await said('delete', '--project', 'p1', '--item', 'Harbour.mp4', '--yes');
    expect(undoItem).toMatch(/npx reelkeep media delete --project p1 --undo --item \S+$/m);
    expect(readdirSync(videos)).toEqual(['output.mp4']);
    expect(await said('delete', '--project', 'p1', '--item', 'Harbour.mp4', '--undo')).toContain('1 item is back.');
    expect((await media('delete', '--project', 'p1')).code).toBe(2);
    await said('delete', '--project', 'p1', '--yes');
    expect(existsSync(videos)).toBe(false);
    await said('delete', '--project', 'p1', '--undo');
    expect(readFileSync(join(videos, 'Harbour.mp4'))).toEqual(film);
  },
);
