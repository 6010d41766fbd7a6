import { createHash } from 'node:crypto';
import { createAlibaba } from '@ai-sdk/alibaba';
import { createDownload, experimental_generateVideo as generateVideo } from 'ai';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SandboxOptions } from '#lib/sandbox/dashscope/world/types.ts';
import { startSandbox } from '#lib/sandbox/sandbox.server.ts';

const IMAGE = 'https://example.org/a.png';
const CLIP = 'https://example.org/b.mp4';
// 1x1 pixel.
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function openService(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ taskDurationMs: 20, ...options });
  onTestFinished(() => sandbox.close());
  const alibaba = createAlibaba({ apiKey: sandbox.apiKey, videoBaseURL: new URL(sandbox.baseUrl).origin });
  return { sandbox, alibaba };
}

const poll = { intervalMs: 5, timeoutMs: 15_000 };

/** The way past the SDK's refusal to download from this machine: a download function of one's own, as in docs/sandbox.md. */
async function download({ url }: { url: URL }) {
  const response = await fetch(url);
  return {
    data: new Uint8Array(await response.arrayBuffer()),
    mediaType: response.headers.get('content-type') ?? undefined,
  };
}

type Call = Omit<Parameters<typeof generateVideo>[0], 'model'>;

describe('@ai-sdk/alibaba', () => {
  it.each<[string, Call]>([
    ['wan2.5-t2v-preview', { prompt: 'a harbour', resolution: '832x480', duration: 5 }],
    ['wan2.6-t2v', { prompt: 'a harbour', resolution: '1280x720', duration: 2, seed: 7, generateAudio: false }],
    ['wan2.7-t2v', { prompt: 'a harbour', aspectRatio: '9:16', resolution: '720x1280', duration: 2 }],
    ['wan2.6-i2v', { prompt: { image: IMAGE, text: 'it moves' }, resolution: '1280x720', duration: 2 }],
    ['wan2.6-i2v-flash', { prompt: { image: new Uint8Array(PNG) }, duration: 2, generateAudio: true }],
    ['wan2.6-r2v', { prompt: 'character1 walks', inputReferences: [IMAGE, CLIP], resolution: '1280x720', duration: 2 }],
    [
      'wan2.7-r2v',
      { prompt: 'Image 1 walks', inputReferences: [new Uint8Array(PNG), IMAGE], aspectRatio: '1:1', duration: 2 },
    ],
    ['wan3.0-video', { prompt: 'a harbour', frameImages: [{ image: IMAGE, frameType: 'first_frame' }], duration: 2 }],
  ])('makes and downloads a film of %s', async (model, call) => {
    const { sandbox, alibaba } = await openService();
    const { video, providerMetadata } = await generateVideo({ ...call, model: alibaba.video(model), poll, download });
    expect(video.mediaType).toBe('video/mp4');
    expect(Buffer.from(video.uint8Array).toString('latin1', 4, 8)).toBe('ftyp');
    const [task] = sandbox.tasks();
    expect(task).toMatchObject({ model, status: 'SUCCEEDED' });
    expect(providerMetadata).toMatchObject({ alibaba: { taskId: task?.taskId } });
    expect(sandbox.counts()).toMatchObject({ accepted: 1, downloadsFinished: 1 });
  });

  it('sends its options along, and gets the very bytes of the result', async () => {
    const { sandbox, alibaba } = await openService();
    const providerOptions = { alibaba: { negativePrompt: 'blur', promptExtend: false, watermark: true } };
    const call = { model: alibaba.video('wan2.7-t2v'), prompt: 'a harbour', duration: 2, providerOptions, poll };
    const { video } = await generateVideo({ ...call, download });
    const headers = { authorization: `Bearer ${sandbox.apiKey}` };
    const { output } = await (
      await fetch(`${sandbox.baseUrl}/tasks/${sandbox.tasks()[0]?.taskId}`, { headers })
    ).json();
    const bytes = await download({ url: new URL(output.video_url) });
    expect(sha256(video.uint8Array)).toBe(sha256(bytes.data));
  });

  it('refuses of itself to download from this machine, with a fetch of its own, too', async () => {
    const { alibaba } = await openService();
    const call = { model: alibaba.video('wan2.7-t2v'), prompt: 'a harbour', duration: 2, poll };
    await expect(generateVideo(call)).rejects.toThrow(/127\.0\.0\.1 is not allowed/);
    await expect(generateVideo({ ...call, download: createDownload({ fetch }) })).rejects.toThrow(/is not allowed/);
  });

  it('passes on why a request is refused, and why a task fails', async () => {
    const { sandbox, alibaba } = await openService();
    const make = (model: string, call: Call) =>
      generateVideo({ ...call, model: alibaba.video(model), poll, download, maxRetries: 0 });
    await expect(make('wan2.7-t2v', { prompt: 'p', duration: 99 })).rejects.toThrow(/parameters\.duration.*2 to 15/);
    await expect(make('wan2.7-i2v', { prompt: { image: IMAGE } })).rejects.toThrow('Field required: input.media');
    await expect(make('wan2.6-t2v', { prompt: 'p', resolution: '832x480' })).rejects.toThrow(/The size is not match/);
    const wrongKey = createAlibaba({ apiKey: 'sk-invalid-1', videoBaseURL: new URL(sandbox.baseUrl).origin });
    await expect(generateVideo({ model: wrongKey.video('wan2.7-t2v'), prompt: 'p', maxRetries: 0 })).rejects.toThrow(
      'Invalid API-key provided.',
    );
    expect(sandbox.counts().accepted).toBe(1);
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
