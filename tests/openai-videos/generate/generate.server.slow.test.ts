import { describe, expect, it } from 'vitest';
import {
  generateWithOpenAIVideos,
  listGeneratedVideos,
  OpenAIVideosClient,
  resumeOpenAIVideos,
} from '#lib/openai-videos/index.ts';
import { videosProject } from '../../fixtures/openai-videos/videos-project.ts';

const ORDER = { prompt: 'A harbour at dawn.', model: 'sora-2', seconds: 4, size: '1280x720' };

describe('generateWithOpenAIVideos', () => {
  it('buys one video and saves it with its pictures and its receipt', async () => {
    const { service, bytes, tuning, files } = await videosProject();
    const stages: string[] = [];
    const result = await generateWithOpenAIVideos(ORDER, {
      ...{ ...tuning, name: 'harbour', onProgress: ({ stage }) => stages.push(stage) },
    });
    const [video] = service.videos();
    if (!video) throw new Error('no video');
    expect(result).toMatchObject({
      success: true,
      localPath: 'static/generated-videos/generated/harbour.mp4',
      record: {
        ...{
          status: 'ready',
          taskId: video.id,
          model: 'sora-2',
          prompt: ORDER.prompt,
          batchId: 'generated',
          name: 'harbour',
        },
        assets: [
          { name: 'video', format: 'mp4' },
          { name: 'thumbnail', format: 'webp', isOptional: true },
          { name: 'spritesheet', format: 'jpeg', isOptional: true },
        ],
        receipt: {
          estimate: { usd: 0.4, units: 4, unit: 'second', unitUsd: 0.1, priceDate: '2026-09-24' },
          charged: { usd: 0.4, units: 4 },
          delivered: { durationSeconds: 4, width: 1280, height: 720 },
          differences: [],
        },
      },
    });
    expect(files()).toEqual(['harbour.mp4', 'harbour_spritesheet.jpg', 'harbour_thumbnail.webp']);
    expect(bytes('generated/harbour.mp4')).toEqual(await service.contentOf(video.id));
    expect(bytes('generated/harbour_thumbnail.webp')).toEqual(await service.contentOf(video.id, 'thumbnail'));
    expect(bytes('generated/harbour_spritesheet.jpg')).toEqual(await service.contentOf(video.id, 'spritesheet'));
    expect([...new Set(stages)]).toEqual([
      'prompt',
      'submitting',
      'queued',
      'generating',
      'downloading',
      'verifying',
      'ready',
    ]);
    expect(await listGeneratedVideos()).toMatchObject([{ name: 'harbour' }]);
  });

  it('buys the same video once, and another one for another request', async () => {
    const { service, tuning } = await videosProject();
    const [first, second] = await Promise.all([
      generateWithOpenAIVideos(ORDER, tuning),
      generateWithOpenAIVideos({ ...ORDER, seconds: '4' }, tuning),
    ]);
    expect(first).toEqual(second);
    expect(await generateWithOpenAIVideos(ORDER, tuning)).toEqual(first);
    expect(service.creations()).toHaveLength(1);
    const other = await generateWithOpenAIVideos({ ...ORDER, seconds: 8 }, tuning);
    expect(other).toMatchObject({
      success: true,
      localPath: expect.stringMatching(/\/a-harbour-at-dawn-[0-9a-f]{10}\.mp4$/),
    });
    expect(service.creations()).toHaveLength(2);
  });

  it('needs no server for a finished film', async () => {
    const { tuning, sandbox } = await videosProject();
    const first = await generateWithOpenAIVideos(ORDER, tuning);
    await sandbox.close();
    delete process.env.OPENAI_VIDEOS_BASE_URL;
    expect(await generateWithOpenAIVideos(ORDER, tuning)).toEqual(first);
  });

  it('keeps the former film when it buys again', async () => {
    const { service, tuning, files } = await videosProject();
    const options = { ...tuning, name: 'harbour', pictures: [] };
    await generateWithOpenAIVideos(ORDER, options);
    await generateWithOpenAIVideos({ ...ORDER, prompt: 'A harbour at night.' }, { ...options, force: true });
    expect(service.creations()).toHaveLength(2);
    expect(files()).toHaveLength(2);
  });

  it('takes prices of the caller', async () => {
    const { tuning } = await videosProject();
    const options = { ...tuning, prices: { 'sora-2': { usdPerVideo: 0.25 } }, budgetUsd: 0.3, pictures: [] };
    expect(await generateWithOpenAIVideos(ORDER, options)).toMatchObject({
      record: { receipt: { estimate: { usd: 0.25, units: 1, unit: 'video' }, charged: { usd: 0.25, units: 1 } } },
    });
  });

  it.each([
    ['moderation', 'rejected', /moderation system/],
    ['job-failed', 'provider-failed', /video_generation_failed/],
    ['job-cancelled', 'aborted', /cancelled/],
    ['job-expired', 'expired', /expired/],
  ] as const)('ends when the job says so: %s', async (fault, code, message) => {
    const { service, tuning } = await videosProject();
    service.script({ fault });
    const result = await generateWithOpenAIVideos(ORDER, tuning);
    expect(result).toMatchObject({ success: false, code, error: expect.stringMatching(message) });
    expect(await listGeneratedVideos()).toMatchObject([{ status: 'failed' }]);
    expect(await resumeOpenAIVideos(tuning)).toEqual([]);
  });

  it('waits for a status that it does not know', async () => {
    const { service, tuning } = await videosProject();
    service.script({ fault: 'odd-status' });
    expect(await generateWithOpenAIVideos(ORDER, { ...tuning, timeoutMs: 60_000 })).toMatchObject({ code: 'timeout' });
    expect(await listGeneratedVideos()).toMatchObject([{ status: 'generating' }]);
  });
});

describe('a server that hides its job', () => {
  it.each([
    ['replicas without it', 'refuse-404', 3],
    ['a gateway with another key', 'refuse-401', 3],
    // Twice no film is none: the next run asks again.
    ['a gateway that answers an error with 200', 'error-with-200', 1],
  ] as const)('is asked again: %s', async (_name, fault, times) => {
    const { service, tuning } = await videosProject();
    service.script({ fault, on: 'retrieve', times: 5 });
    service.script({ fault, on: 'content', times });
    expect(await generateWithOpenAIVideos(ORDER, { ...tuning, pictures: [] })).toMatchObject({ success: true });
    expect(service.creations()).toHaveLength(1);
  });

  it('answers another id each time: the first one is used', async () => {
    const { service, tuning } = await videosProject();
    service.script({ fault: 'other-id', times: 'always' });
    const result = await generateWithOpenAIVideos(ORDER, tuning);
    expect(result).toMatchObject({ success: true, record: { taskId: service.videos()[0]?.id } });
  });

  it('has swept the film: it is asked for until the deadline, and not beyond', async () => {
    const { service, tuning, clock } = await videosProject();
    service.script({ fault: 'swept' });
    const startMs = clock.now();
    const result = await generateWithOpenAIVideos(ORDER, { ...tuning, assetLifetimeMs: 600_000 });
    expect(result).toMatchObject({ success: false, code: 'expired', error: expect.stringMatching(/404/) });
    expect(clock.now() - startMs).toBeGreaterThan(600_000);
    expect(await listGeneratedVideos()).toMatchObject([{ status: 'failed' }]);
    expect(service.creations()).toHaveLength(1);
  });

  it('gives the film for every picture: the film is saved, with a note, and no picture is asked for again', async () => {
    const { service, tuning, files } = await videosProject({ minBytes: 2_000_000 });
    service.script({ fault: 'ignored-variant', times: 'always' });
    const result = await generateWithOpenAIVideos(ORDER, { ...tuning, name: 'harbour' });
    expect(result).toMatchObject({
      success: true,
      record: {
        receipt: {
          notes: [/^thumbnail is missing/, /^spritesheet is missing/].map((words) => expect.stringMatching(words)),
        },
      },
    });
    expect(files()).toEqual(['harbour.mp4']);
    const asked = () => service.requests().filter(({ path }) => path.includes('/content'));
    const askedBefore = asked().length;
    expect(await generateWithOpenAIVideos(ORDER, { ...tuning, name: 'quay' })).toMatchObject({ success: true });
    expect(files()).toEqual(['harbour.mp4', 'quay.mp4']);
    expect(asked()).toHaveLength(askedBefore + 1);
  });

  it('cuts the film: the rest is fetched', async () => {
    const { service, tuning, bytes } = await videosProject();
    service.script({ fault: 'cut', atByte: 20_000 });
    const result = await generateWithOpenAIVideos(ORDER, { ...tuning, name: 'harbour', pictures: [] });
    expect(result).toMatchObject({ success: true });
    expect(bytes('generated/harbour.mp4')).toEqual(await service.contentOf(service.videos()[0]?.id ?? ''));
    expect(service.requests().filter(({ range }) => range === 'bytes=20000-')).toHaveLength(1);
  });
});

describe('a creation without an answer', () => {
  it('is found on the list, and bought once', async () => {
    const { service, tuning } = await videosProject();
    service.script({ fault: 'lost-create-answer' });
    expect(await generateWithOpenAIVideos(ORDER, tuning)).toMatchObject({ success: true });
    expect(service.creations()).toMatchObject([{ outcome: 'lost' }]);
  });

  it('that is not on the list stays unknown: another replica may have it', async () => {
    const { service, tuning } = await videosProject();
    service.script({ fault: 'dropped-create' });
    const result = await generateWithOpenAIVideos(ORDER, tuning);
    expect(result).toMatchObject({ success: false, code: 'unknown-outcome', error: expect.stringContaining('force') });
    expect(service.creations()).toHaveLength(1);
    expect(await generateWithOpenAIVideos(ORDER, { ...tuning, force: true })).toMatchObject({ success: true });
  });

  it('that is not on a complete list was not accepted, and is sent again', async () => {
    const { service, tuning } = await videosProject();
    service.script({ fault: 'dropped-create' });
    expect(await generateWithOpenAIVideos(ORDER, { ...tuning, listIsComplete: true })).toMatchObject({ success: true });
    expect(service.creations()).toMatchObject([{ outcome: 'dropped' }, { outcome: 'answered' }]);
  });

  it.each(['refuse-404', 'refuse-405'] as const)('cannot be looked up where there is no list (%s)', async (fault) => {
    const { service, tuning, clock } = await videosProject();
    service.script({ fault: 'lost-create-answer' });
    service.script({ fault, on: 'list', times: 'always' });
    const startMs = clock.now();
    const result = await generateWithOpenAIVideos(ORDER, tuning);
    expect(result).toMatchObject({
      success: false,
      code: 'unknown-outcome',
      error: expect.stringContaining('no list'),
    });
    expect(clock.now() - startMs).toBeLessThan(60_000);
    expect(service.creations()).toHaveLength(1);
  });

  it('is sent again with its idempotency key where the server honours one', async () => {
    const { service, tuning } = await videosProject({ honourIdempotencyKeys: true });
    service.script({ fault: 'lost-create-answer', times: 2 });
    expect(await generateWithOpenAIVideos(ORDER, { ...tuning, idempotencyKey: true })).toMatchObject({ success: true });
    expect(new Set(service.creations().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(service.creations()).toHaveLength(3);
    expect(service.videos()).toHaveLength(1);
  });

  it('belongs to none of two alike: a person decides', async () => {
    const { service, tuning } = await videosProject();
    // Somebody else's, of the same account and time.
    await new OpenAIVideosClient().create(ORDER);
    service.script({ fault: 'lost-create-answer' });
    const result = await generateWithOpenAIVideos(ORDER, tuning);
    expect(result).toMatchObject({
      ...{ success: false, code: 'unknown-outcome', error: expect.stringContaining('several tasks match it') },
    });
    expect(service.creations()).toHaveLength(2);
  });

  it('is not confused with one of another size, or by the name of a provider before the model', async () => {
    const { service, tuning } = await videosProject();
    await generateWithOpenAIVideos({ ...ORDER, size: '720x1280' }, { ...tuning, name: 'tall' });
    service.script({ fault: 'lost-create-answer' });
    expect(await generateWithOpenAIVideos(ORDER, { ...tuning, name: 'wide' })).toMatchObject({ success: true });
    expect(service.creations()).toHaveLength(2);
  });
});

describe('resumeOpenAIVideos', () => {
  it('finishes what another process has left', async () => {
    const { service, tuning } = await videosProject();
    service.script({ fault: 'never-finishes' });
    await generateWithOpenAIVideos(ORDER, { ...tuning, timeoutMs: 10_000, name: 'harbour' });
    service.letFinish('harbour');
    const seen: string[] = [];
    const onProgress = (batchId: string, name: string) => void seen.push(`${batchId}/${name}`);
    expect(await resumeOpenAIVideos({ ...tuning, onProgress })).toMatchObject([{ success: true }]);
    expect(new Set(seen)).toEqual(new Set(['generated/harbour']));
    expect(service.creations()).toHaveLength(1);
    expect(await resumeOpenAIVideos(tuning)).toEqual([]);
  });
});

it('keeps the key out of records and errors', async () => {
  const key = 'sk-very-secret-0123456789';
  const { service, tuning, stored } = await videosProject({ apiKey: key });
  service.script({ fault: 'refuse-400', message: `Bad key ${key} in the request` });
  const refused = await generateWithOpenAIVideos(ORDER, { ...tuning, encoding: 'json' });
  expect(refused).toMatchObject({ success: false });
  service.script({ fault: 'refuse-404', on: 'content', times: 3, message: key });
  const saved = await generateWithOpenAIVideos(ORDER, { ...tuning, pictures: [] });
  expect(saved).toMatchObject({ success: true });
  expect(JSON.stringify([refused, saved, stored()])).not.toContain('very-secret');
});
