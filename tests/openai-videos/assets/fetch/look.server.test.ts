import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import type { VideoLook } from '#lib/openai-videos/assets/fetch/context.ts';
import { look } from '#lib/openai-videos/assets/fetch/look.server.ts';
import type { DownloadRecord } from '#lib/openai-videos/assets/job/record.ts';
import { downloadRecord, MINUTE_MS, minutesAfter, PLACE } from '../../../fixtures/openai-videos/download-record.ts';
import { openWork, type WorkOptions } from '../../../fixtures/openai-videos/download-work.ts';

async function lookAt(changes: Partial<DownloadRecord>, options: WorkOptions & { minutes?: number } = {}) {
  const world = await openWork(downloadRecord(changes), options);
  await world.clock.advance((options.minutes ?? 0) * MINUTE_MS);
  const outcome = await look(world.held, world.context, world.work.signal);
  return { ...world, outcome };
}

const answering = (video: VideoLook) => ({ look: () => video });
const failing = (error: Error) => ({
  look: () => {
    throw error;
  },
});

describe('what the service says of the video', () => {
  const error = { code: 'moderation_blocked', message: 'It was refused.' };
  it.each<[VideoLook, object | undefined]>([
    [{ status: 'completed' }, undefined],
    [
      { status: 'failed', error },
      { kind: 'failed', message: expect.stringMatching(/is failed: It was refused\.$/) },
    ],
    [
      { status: 'failed', error: { code: 'no_gpu' } },
      { kind: 'failed', message: expect.stringMatching(/: no_gpu$/) },
    ],
    [{ status: 'cancelled' }, { kind: 'failed', message: expect.stringMatching(/the video is cancelled\.$/) }],
    [{ status: 'canceled' }, { kind: 'failed', code: 'provider-failed' }],
    [{ status: 'deleted' }, { kind: 'failed', code: 'provider-failed' }],
    [{ status: 'expired' }, { kind: 'expired', lastAnswer: 'the video has expired' }],
    [
      { status: 'expired', error },
      { kind: 'expired', lastAnswer: 'It was refused.' },
    ],
    [
      { status: 'queued' },
      { kind: 'setback', setback: { message: expect.stringMatching(/not completed yet: queued/) } },
    ],
    [{ status: 'in_progress' }, { kind: 'setback' }],
    [{ status: 'something new' }, { kind: 'setback' }],
  ])('%o', async (video, expected) => {
    const { outcome } = await lookAt({}, answering(video));
    if (expected === undefined) expect(outcome).toBeUndefined();
    else expect(outcome).toMatchObject(expected);
  });

  it('about its deadline goes on record, as the word of the service', async () => {
    const { held, outcome } = await lookAt(
      {},
      answering({ status: 'completed', expiresAt: new Date(minutesAfter(7)) }),
    );
    expect(outcome).toBeUndefined();
    expect(held.record).toMatchObject({ expiresAt: minutesAfter(7), expiresBy: 'service' });
  });

  it('replaces a lifetime of the same length too: the words of an expired job differ', async () => {
    const { held } = await lookAt({}, answering({ status: 'completed', expiresAt: new Date(minutesAfter(60)) }));
    expect(held.record.expiresBy).toBe('service');
  });
});

describe('a call that is refused', () => {
  it.each([
    ['auth', new ReelError('auth', '401'), { code: 'auth', message: '401' }],
    ['not-found', new ReelError('not-found', '404'), { code: 'not-found' }],
    [
      'rate-limited',
      new ReelError('rate-limited', '429', { retryAfterMs: 9000 }),
      { code: 'rate-limited', retryAfterMs: 9000 },
    ],
    ['anything', new TypeError('fetch failed'), { code: 'network', message: 'fetch failed' }],
  ])('with %s is a setback: another replica may have the video', async (_what, error, setback) => {
    expect((await lookAt({}, failing(error))).outcome).toMatchObject({ kind: 'setback', setback });
  });

  it('does not keep a video that was finished before from being asked for', async () => {
    expect((await lookAt({ isFinished: true }, failing(new ReelError('not-found', '404')))).outcome).toBeUndefined();
  });

  it('by a stop is no answer at all', async () => {
    const world = await openWork(downloadRecord(), failing(new ReelError('network', 'closed')));
    world.aborter.abort(new Error('stopped'));
    await expect(look(world.held, world.context, world.work.signal)).rejects.toThrow('stopped');
  });
});

describe('once the deadline has passed', () => {
  it.each<[string, WorkOptions, unknown]>([
    ['the job is over', answering({ status: 'completed' }), { kind: 'expired' }],
    [
      'without an answer it is over, with what was said',
      failing(new ReelError('provider-failed', '503')),
      { kind: 'expired', lastAnswer: '503' },
    ],
  ])('%s', async (_what, options, expected) => {
    const { outcome, looks } = await lookAt({}, { ...options, minutes: 61 });
    expect(outcome).toEqual(expected);
    expect(looks).toEqual([{ id: 'video_1', timeoutMs: 5000 }]);
  });

  it('the service may keep the video longer', async () => {
    const { outcome, held } = await lookAt(
      {},
      { ...answering({ status: 'completed', expiresAt: new Date(minutesAfter(120)) }), minutes: 61 },
    );
    expect(outcome).toBeUndefined();
    expect(held.record.expiresAt).toBe(minutesAfter(120));
  });

  it('a transfer under way goes on', async () => {
    const world = await openWork(downloadRecord({ isFinished: true, place: PLACE }));
    const part = `${world.context.storage.pathOf(PLACE, 'video')}.part`;
    mkdirSync(dirname(part), { recursive: true });
    writeFileSync(part, 'some bytes');
    await world.clock.advance(61 * MINUTE_MS);
    expect(await look(world.held, world.context, world.work.signal)).toBeUndefined();
    expect(world.looks[0]?.timeoutMs).toBe(30_000);
  });
});

describe('a key that is refused', () => {
  const refused = new ReelError('auth', '401');
  const afterOne = async (changes: Partial<DownloadRecord>, options: WorkOptions) => {
    const world = await openWork(downloadRecord(changes), { ...failing(refused), ...options });
    await look(world.held, world.context, world.work.signal);
    await world.clock.advance(1000);
    return { world, outcome: () => look(world.held, world.context, world.work.signal) };
  };

  it('everywhere, after all quick retries, ends the job until a person corrects it', async () => {
    const { outcome } = await afterOne({ retryCount: 3 }, { listError: refused });
    expect(await outcome()).toMatchObject({
      kind: 'failed',
      code: 'auth',
      message: expect.stringContaining('Correct it'),
    });
  });

  it.each<[string, Partial<DownloadRecord>, WorkOptions]>([
    ['there are quick retries left', { retryCount: 2 }, { listError: refused }],
    ['the list takes it: a gateway is wrong', { retryCount: 3 }, {}],
    ['the list fails otherwise', { retryCount: 3 }, { listError: new ReelError('network', 'closed') }],
  ])('is a setback while %s', async (_what, changes, options) => {
    const { outcome } = await afterOne(changes, options);
    expect(await outcome()).toMatchObject({ kind: 'setback', setback: { code: 'auth' } });
  });

  it('is a setback while it is accepted for another video', async () => {
    const { world, outcome } = await afterOne({ retryCount: 3 }, { listError: refused });
    world.context.memory.noteKeyAccepted('another job', world.clock.now());
    expect(await outcome()).toMatchObject({ kind: 'setback' });
  });
});
