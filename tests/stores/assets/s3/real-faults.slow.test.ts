import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkS3 } from '#lib/stores/assets/s3/check-s3.server.ts';
import type { S3StoreOptions } from '#lib/stores/assets/s3/s3-store.server.ts';
import { sourceOf } from '../../../contracts/asset-store.ts';
import { describeRealS3 } from '../../../fixtures/servers/describe-real-s3.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../../../fixtures/servers/fault-proxy.ts';
import { newBucket, settingsOf } from '../../../fixtures/servers/real-s3.ts';
import { s3Store, uploadStore } from '../../../fixtures/servers/s3-stores.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const MIB = 1024 * 1024;
const KEY = 'reel/videos/rome.mp4';

describeRealS3('a real S3 server', (s3) => {
  let proxy: FaultProxy;
  let bucket: string;
  beforeEach(async () => {
    bucket = await newBucket(s3.client);
    proxy = await startFaultProxy(s3.server.endpoint);
  });
  afterEach(() => proxy.close());

  /** Three parts. */
  const film = () => sourceOf(randomBytes(20 * MIB));
  const open = (options: Partial<S3StoreOptions> = {}) => s3Store(settingsOf(s3.server, bucket, proxy.url), options);
  const count = (operation: string) => proxy.operations().filter((one) => one === operation).length;
  const uploadsLeft = async () =>
    (await s3.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? [];
  async function expectStored(source: ReturnType<typeof film>) {
    const head = await s3.client.send(new HeadObjectCommand({ Bucket: bucket, Key: KEY }));
    expect([head.ContentLength, head.Metadata?.sha256]).toEqual([source.bytes.length, source.facts.sha256]);
    const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key: KEY }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(source.facts.sha256);
    expect(await uploadsLeft()).toEqual([]);
  }
  function failing(operation: string, ...faults: Fault[]): void {
    const left = [...faults];
    proxy.onRequest((call) => (call.operation === operation ? left.shift() : undefined));
  }

  it.each<[string, string, Fault[]]>([
    ['the answer to the completion is lost', 'CompleteMultipartUpload', [{ kind: 'lose' }]],
    ['parts are refused with 503', 'UploadPart', [503, 503].map((status) => ({ kind: 'refuse', status }))],
    ['parts are cut', 'UploadPart', [{ kind: 'cut' }, { kind: 'lose' }]],
  ])('has one whole object although %s', async (_what, operation, faults) => {
    failing(operation, ...faults);
    const source = film();
    await open().put('rome.mp4', source, source.facts);
    await expectStored(source);
    expect([count('CompleteMultipartUpload'), count('CreateMultipartUpload'), count('GetObject')]).toEqual([1, 1, 0]);
  });

  it('refuses a part whose bytes are not those of its checksum, and gets it again', async () => {
    let damaged = 0;
    proxy.damage((call) => call.operation === 'UploadPart' && ++damaged === 2);
    const source = film();
    await open().put('rome.mp4', source, source.facts);
    await expectStored(source);
    expect(count('UploadPart')).toBe(4);
  });

  it('loses an upload that is aborted from outside, and gets the film all the same', async () => {
    const uploads = uploadStore();
    let aborted = false;
    proxy.onRequest(({ operation, target }) => {
      if (operation !== 'UploadPart' || aborted) return undefined;
      aborted = true;
      void fetch(`${proxy.url}${target.replace(/partNumber=\d+&?/, '')}`, { method: 'DELETE' }).catch(() => {});
      return { kind: 'refuse', status: 404, code: 'NoSuchUpload' };
    });
    const source = film();
    await open({ uploads }).put('rome.mp4', source, source.facts);
    expect(count('CreateMultipartUpload')).toBe(2);
    expect(uploads.listSync()).toEqual([]);
  });

  it('keeps a name for the first of two files', async () => {
    const first = sourceOf('the first');
    const others = [sourceOf('another'), film()];
    await open().put('rome.mp4', first, first.facts);
    for (const other of others) {
      await expect(open().put('rome.mp4', other, other.facts)).rejects.toMatchObject({ code: 'invalid-input' });
    }
    await expectStored(first);
  });

  it.each([1, 2, 3])('continues what a process uploaded that was killed at request %i of a part', async (nth) => {
    const folder = temporaryFolder();
    const source = film();
    const order = {
      folder,
      path: source.path,
      facts: source.facts,
      settings: settingsOf(s3.server, bucket, proxy.url),
    };
    writeFileSync(join(folder, 'order.json'), JSON.stringify(order));
    const child = join(import.meta.dirname, '../../../fixtures/processes/upload-child.ts');
    let parts = 0;
    // Not synchronously: the proxy is in this process.
    const start = () => {
      const worker = spawn(process.execPath, [child, folder], { stdio: 'inherit' });
      return { worker, ended: new Promise((resolve) => worker.on('exit', (code, signal) => resolve(signal ?? code))) };
    };
    const { worker, ended } = start();
    proxy.onRequest(({ operation }) => {
      if (operation === 'UploadPart' && ++parts === nth) worker.kill('SIGKILL');
      return undefined;
    });
    expect(await ended).toBe('SIGKILL');
    expect(await uploadsLeft()).toHaveLength(1);
    expect(JSON.parse(readFileSync(join(folder, 'asset-uploads.json'), 'utf8'))).toHaveLength(1);
    proxy.onRequest(() => undefined);
    expect(await start().ended).toBe(0);
    await expectStored(source);
    expect(count('CreateMultipartUpload')).toBe(1);
    expect(JSON.parse(readFileSync(join(folder, 'asset-uploads.json'), 'utf8'))).toEqual([]);
  });

  it('gives links that live as long as they say, with ranges and a name for saving', async () => {
    const source = sourceOf('0123456789');
    const store = open();
    await store.put('rome.mp4', source, source.facts);
    const link = await store.address('rome.mp4', { expiresInSeconds: 1, downloadAs: 'città "1".mp4' });
    const answer = await fetch(link ?? '', { headers: { range: 'bytes=2-4' } });
    expect([answer.status, await answer.text()]).toEqual([206, '234']);
    expect(answer.headers.get('content-disposition')).toContain("filename*=UTF-8''citt%C3%A0%20%221%22.mp4");
    await expect.poll(async () => (await fetch(link ?? '')).status, { interval: 300 }).toBe(403);
    expect(await (await fetch((await store.address('rome.mp4')) ?? '')).text()).toBe('0123456789');
  });

  it('is checked at start: names what is missing and shows no secret', async () => {
    const settings = settingsOf(s3.server, bucket);
    const problem = (change: object) =>
      checkS3({ ...settings, ...change }, {}).then(
        () => 'fine',
        (error: Error) => error.message,
      );
    expect(await problem({})).toBe('fine');
    expect(await problem({ bucket: 'nowhere' })).toContain('There is no bucket nowhere');
    const [unknown, wrong] = [{ accessKeyId: 'nobody' }, { secretAccessKey: 'wrong-secret' }].map((one) => ({
      credentials: { accessKeyId: s3.server.accessKeyId, secretAccessKey: s3.server.secretAccessKey, ...one },
    }));
    expect(await problem(unknown ?? {})).toContain('AWS_ACCESS_KEY_ID');
    expect(await problem(wrong ?? {})).toMatch(/AWS_SECRET_ACCESS_KEY(?!.*wrong-secret)/);
    expect(await problem({ endpoint: 'http://127.0.0.1:1' })).toContain('ECONNREFUSED');
  });

  // The last one: for half a minute after a kill, Ceph waits for the dead process whenever a bucket is made.
  it('is killed in the midst, and gets the rest when it is back', async () => {
    let parts = 0;
    let restarting: Promise<void> | undefined;
    proxy.onRequest(({ operation }) => {
      if (operation === 'UploadPart' && ++parts === 2) restarting = s3.server.restart();
      return undefined;
    });
    const source = film();
    await open().put('rome.mp4', source, source.facts);
    await restarting;
    await expectStored(source);
  });
});
