import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from '../fixtures/app/built-app.ts';
import { sendRaw } from '../fixtures/app/raw-request.ts';
import { makeMp4 } from '../fixtures/mp4/mp4.ts';

const MIB = 1024 * 1024;
const LARGE_MIB = 300;
const TOKEN = 'the-admin-token-of-this-test';
const ME = { authorization: `Bearer ${TOKEN}` };
/** Within so long a file is closed whose reader has left. */
const CLOSED_WITHIN_MS = 2000;

const film = await makeMp4({ sizeBytes: 4000 });
let app: RunningApp;
beforeAll(async () => {
  app = await startApp({ env: { REELKEEP_MEDIA_DIR: 'media', REELKEEP_ADMIN_TOKEN: TOKEN } });
}, 300_000);
afterAll(() => app.stop());

const videos = (projectId: string) => join(app.folder, 'media/projects', projectId, 'videos');
const filesOf = (projectId: string) => (existsSync(videos(projectId)) ? readdirSync(videos(projectId)) : []);

/** A whole film, made large by a box that no player reads. */
function* largeFilm(): Generator<Buffer> {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + LARGE_MIB * MIB);
  head.write('free', 4);
  yield Buffer.concat([film, head]);
  for (let sent = 0; sent < LARGE_MIB; sent += 1) yield Buffer.alloc(MIB, sent);
}
const largeBytes = film.length + 8 + LARGE_MIB * MIB;

function upload(path: string, length = largeBytes): { call: ClientRequest; status: Promise<number | undefined> } {
  const { hostname, port } = new URL(app.url);
  const headers = { ...ME, 'content-length': String(length) };
  const call = request({ hostname, port, path, method: 'PUT', headers, agent: false });
  const status = new Promise<number | undefined>((resolve) => {
    call.once('error', () => resolve(undefined));
    call.once('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
  return { call, status };
}

/** Most that the server has ever held in memory. */
function peakMiB(): number {
  const [, kib = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${app.pid()}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

/** What the server holds open of the media library. */
function openMedia(): string[] {
  return readdirSync(`/proc/${app.pid()}/fd`).flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/${app.pid()}/fd/${descriptor}`);
      return path.startsWith(videos('large')) ? [path] : [];
    } catch {
      // Closed since it was listed.
      return [];
    }
  });
}

describe('a film that is sent', () => {
  it.skipIf(process.platform !== 'linux')('of 300 MB takes little memory', { timeout: 300_000 }, async () => {
    const small = upload('/api/media/large/files/small.mp4', film.length);
    small.call.end(film);
    expect(await small.status).toBe(201);
    const before = peakMiB();
    const { call, status } = upload('/api/media/large/files/large.mp4');
    Readable.from(largeFilm()).pipe(call);
    expect(await status).toBe(201);
    expect(statSync(join(videos('large'), 'large.mp4')).size).toBe(largeBytes);
    expect(peakMiB() - before).toBeLessThan(LARGE_MIB / 3);
    const part = await sendRaw(app.url, '/media/files/large/large.mp4', { headers: { ...ME, range: 'bytes=4-7' } });
    expect([part.status, String(part.body), part.headers['cache-control']]).toEqual([206, 'ftyp', 'private, no-cache']);
  });

  it('leaves nothing when its sender leaves half way', { timeout: 60_000 }, async () => {
    const { call, status } = upload('/api/media/left/files/left.mp4');
    call.write(Buffer.concat([film, Buffer.alloc(5 * MIB)]));
    await expect.poll(() => filesOf('left'), { timeout: 20_000 }).toContain('left.mp4.part');
    call.destroy();
    expect(await status).toBeUndefined();
    await expect.poll(() => filesOf('left'), { timeout: 20_000 }).toEqual([]);
    expect((await sendRaw(app.url, '/api/media/left/items', { headers: ME })).json()).toMatchObject({ total: 0 });
  });

  it('is refused with an answer that says where it still is', { timeout: 60_000 }, async () => {
    const options = { method: 'PUT', headers: ME, body: 'x'.repeat(MIB) };
    const answer = await sendRaw(app.url, '/api/media/bad/files/bad.mp4', options);
    expect([answer.status, answer.json()]).toMatchObject([422, { code: 'not-a-video', fallback: 'none' }]);
    expect(filesOf('bad')).toEqual([]);
  });
});

it.skipIf(process.platform !== 'linux')(
  '200 exports that are broken off leave no file open',
  { timeout: 120_000 },
  async () => {
    await seeOpen();
    for (let count = 0; count < 200; count += 1) await breakOff(count % 4);
    await expect.poll(openMedia, { timeout: CLOSED_WITHIN_MS }).toEqual([]);
    const whole = await sendRaw(app.url, '/media/export/large', { method: 'HEAD', headers: ME });
    expect([whole.status, Number(whole.headers['content-length']) > largeBytes]).toEqual([200, true]);
  },
);

/** That a file is seen open while it is sent: a list that is always empty would prove nothing. */
async function seeOpen(): Promise<void> {
  const { hostname, port } = new URL(app.url);
  const call = request({ hostname, port, path: '/media/export/large', headers: ME, agent: false }).end();
  call.on('response', (response) => response.on('error', () => {}).pause());
  call.on('error', () => {});
  await expect.poll(openMedia, { timeout: 20_000 }).not.toEqual([]);
  call.destroy();
}

/** Leaves before the answer, at its head, or after some of its pieces. */
function breakOff(pieces: number): Promise<void> {
  const { hostname, port } = new URL(app.url);
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, path: '/media/export/large', headers: ME, agent: false });
    call.once('close', resolve);
    call.once('error', (error) => (call.destroyed ? resolve() : reject(error)));
    if (pieces === 0) call.once('finish', () => call.destroy());
    call.once('response', (response) => {
      let left = pieces - 1;
      if (left === 0) call.destroy();
      response.on('error', () => {});
      response.on('data', () => {
        left -= 1;
        if (left <= 0) call.destroy();
      });
    });
    call.end();
  });
}

describe('the library', () => {
  it.each([
    ['GET', '/api/media/large/items'],
    ['GET', '/api/media/large/save-all'],
    ['GET', '/media/files/large/small.mp4'],
    ['GET', '/media/pictures/large/small/small.mp4.poster.webp'],
    ['GET', '/media/export/large'],
    ['PUT', '/api/media/large/files/other.mp4'],
    ['POST', '/api/media/large/items'],
    ['POST', '/api/media/large/items/a/save'],
    ['POST', '/api/media/large/save-all'],
    ['POST', '/api/media/large/undo-delete'],
    ['DELETE', '/api/media/large'],
    ['DELETE', '/api/media/large/items/a'],
    ['POST', '/api/media/large/items/a/undo-delete'],
  ])('is closed to who has no token: %s %s', async (method, path) => {
    const answer = await sendRaw(app.url, path, { method });
    expect([answer.status, answer.json()]).toMatchObject([401, { type: 'urn:reelkeep:problem:login-needed' }]);
    const { projects } = (await sendRaw(app.url, '/api/media')).json();
    expect(projects).toEqual([]);
  });

  it('is counted, deleted and brought back', async () => {
    const projects = async () => (await sendRaw(app.url, '/api/media', { headers: ME })).json().projects;
    const large = { projectId: 'large', items: 2, localItems: 2, bytes: largeBytes + film.length };
    expect(await projects()).toEqual([large]);
    const gone = await sendRaw(app.url, '/api/media/large', { method: 'DELETE', headers: ME });
    expect(gone.json()).toMatchObject({ items: 2, files: 2, bytes: large.bytes, deletedUntil: expect.any(String) });
    expect(await projects()).toMatchObject([{ ...large, deletedUntil: expect.any(String) }]);
    await sendRaw(app.url, '/api/media/large/undo-delete', { method: 'POST', headers: ME });
    expect(await projects()).toEqual([large]);
  });
});
