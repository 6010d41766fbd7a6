import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { downloadVideo, generateAndStoreVideo, resumeVideos, WanxClient } from '#lib/wanx/index.ts';
import { AGE_OF_SAIL, HARBOUR, wanProject } from '../../fixtures/records/wan-project.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';
import { API_HOST, proxiedProject, RESULT_HOST } from '../../fixtures/wire/proxied-sandbox.ts';
import { startProxy } from '../../fixtures/wire/proxy.ts';

const LOGIN = 'jo:topsecret';

describe('a project behind a proxy', () => {
  it.each([
    ['in tunnels', {}],
    ['with plain requests passed on', { onlySecureTunnels: true }],
    ['that wants a password', { login: LOGIN }],
    ['that wants a password and opens no tunnels', { onlySecureTunnels: true, login: LOGIN }],
  ])('generates and captures a video %s', async (_name, options) => {
    const project = await proxiedProject(options);
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    expect(result).toMatchObject({ success: true });
    expect(existsSync(project.videoPath('harbour', 'sail'))).toBe(true);
    expect(project.accepted()).toBe(1);
    const hosts = new Set(project.proxy.asked.map((line) => /(api|results)\.example\.test/.exec(line)?.[0]));
    expect(hosts).toEqual(new Set([API_HOST, RESULT_HOST]));
    expect(JSON.stringify(project.stored())).not.toContain('topsecret');
  });

  it('downloads a video', async () => {
    const { proxy, sandbox } = await proxiedProject();
    const client = new WanxClient();
    const { videoUrl } = await client.generateVideoFromText('a harbour at dawn');
    expect(videoUrl).toContain(RESULT_HOST);
    const path = join(temporaryFolder(), 'v.mp4');
    const tunnels = proxy.asked.length;
    await downloadVideo(videoUrl ?? '', path);
    expect(proxy.asked.slice(tunnels)).toEqual([`CONNECT ${RESULT_HOST}:80`]);
    expect(sandbox.counts().downloadsFinished).toBe(1);
  });

  it('uploads, lists and cancels', async () => {
    const { proxy, sandbox } = await proxiedProject();
    const client = new WanxClient();
    const picture = join(temporaryFolder(), 'clip.mp4');
    writeFileSync(
      picture,
      readFileSync(join(import.meta.dirname, '../../../src/lib/sandbox/clips/files/1280x720-dawn.mp4')),
    );
    const task = await client.submit({ model: 'wan2.7-i2v', prompt: 'on', firstClip: picture });
    expect(proxy.asked).toContain(`CONNECT ${RESULT_HOST}:80`);
    const listed = [];
    for await (const row of client.listTasks()) listed.push(row.taskId);
    expect(listed).toEqual([task.taskId]);
    await client.getTask(task.taskId);
    expect(sandbox.requests().every(({ path }) => !path.includes('example.test'))).toBe(true);
    expect(proxy.asked.length).toBe(sandbox.requests().length);
  });

  it('asks nobody but the proxy that a client was given', async () => {
    const { proxy } = await proxiedProject();
    const other = await startProxy({ routes: {} });
    const client = new WanxClient({ proxy: { http: `http://127.0.0.1:${other.port}` } });
    const error = await rejection(client.getTask('0385dc79-5ff8-4d82-bcb6-000000000001'));
    expect(error).toMatchObject({ code: 'network', message: expect.stringContaining(`127.0.0.1:${other.port}`) });
    expect(proxy.asked).toEqual([]);
    expect(other.asked.length).toBeGreaterThan(0);
  });

  it('of which NO_PROXY names the service goes there directly', async () => {
    const { proxy } = await proxiedProject();
    vi.stubEnv('NO_PROXY', '.example.test');
    // The name has no address here.
    const error = await rejection(new WanxClient().getTask('0385dc79-5ff8-4d82-bcb6-000000000001'));
    expect(error).toMatchObject({ code: 'network' });
    expect(proxy.asked).toEqual([]);
  });

  it('buys nothing when the proxy refuses its password', async () => {
    const project = await proxiedProject({ login: LOGIN });
    vi.stubEnv('HTTP_PROXY', `http://jo:wrongsecret@127.0.0.1:${project.proxy.port}`);
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    expect(result).toMatchObject({ success: false, code: 'config', retryable: false });
    expect(JSON.stringify([result, project.stored()])).not.toContain('wrongsecret');
    expect(project.accepted()).toBe(0);
    // Nothing is left in doubt: with the right password it is simply bought.
    vi.stubEnv('HTTP_PROXY', `http://${LOGIN}@127.0.0.1:${project.proxy.port}`);
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL)).toMatchObject({ success: true });
    expect(project.accepted()).toBe(1);
  });

  it('keeps what is paid for when the proxy locks it out, and fetches it when it may pass again', async () => {
    const { proxy, sandbox, accepted } = await proxiedProject({ login: LOGIN });
    sandbox.script({ fault: 'never-finishes' });
    const onProgress = ({ stage }: { stage: string }) => {
      if (stage === 'queued' || stage === 'generating') proxy.changeLogin('jo:changed');
    };
    const locked = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { onProgress });
    expect(locked).toMatchObject({ success: false, code: 'config', taskId: expect.any(String) });
    proxy.changeLogin(LOGIN);
    sandbox.letFinish('');
    expect(await resumeVideos({ ignoreBackoff: true })).toMatchObject([{ success: true }]);
    expect(accepted()).toBe(1);
  });
});

describe('what would block the capture', () => {
  it.each([
    ['HTTPS_PROXY', 'socks5://jo:topsecret@127.0.0.1:1080', 'SOCKS'],
    ['https_proxy', 'http://', 'HTTPS_PROXY'],
    ['HTTP_PROXY', 'ftp://127.0.0.1', 'HTTP_PROXY'],
  ])('is said before anything is bought: %s=%s', async (name, value, words) => {
    const project = await wanProject();
    vi.stubEnv(name, value);
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL);
    expect(result).toMatchObject({ success: false, code: 'config', error: expect.stringContaining(words) });
    expect(JSON.stringify(result)).not.toContain('topsecret');
    expect(project.accepted()).toBe(0);
    expect(project.stored()).toEqual([]);
  });

  it('is said before anything is bought: names that lead to private addresses', async () => {
    const project = await wanProject();
    vi.stubEnv('DASHSCOPE_HTTP_BASE_URL', 'https://dashscope-intl.aliyuncs.com');
    vi.stubEnv('WANX_ALLOW_PRIVATE_NETWORK', '0');
    const resolve = async () => [{ address: '10.1.2.3', family: 4 }];
    const dispatcher = { dispatch: vi.fn(), request: vi.fn() } as never;
    const result = await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { resolve, dispatcher });
    expect(result).toMatchObject({ success: false, code: 'blocked-address', retryable: false });
    expect(result).toMatchObject({
      error: expect.stringMatching(/dashscope-intl.*10\.1\.2\.3.*Nothing was bought.*HTTPS_PROXY/),
    });
    expect(project.stored()).toEqual([]);
  });

  it('is not what a gateway of one’s own is called', async () => {
    const project = await wanProject();
    const asked: string[] = [];
    const resolve = async (name: string) => {
      asked.push(name);
      return [{ address: '10.1.2.3', family: 4 }];
    };
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL, { resolve })).toMatchObject({ success: true });
    expect(asked).toEqual([]);
    expect(project.accepted()).toBe(1);
  });

  it('is not a proxy that this machine is never asked through', async () => {
    await wanProject();
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:1');
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:1');
    vi.stubEnv('ALL_PROXY', 'socks5://127.0.0.1:1');
    expect(await generateAndStoreVideo(HARBOUR, AGE_OF_SAIL)).toMatchObject({ success: true });
  });
});
