import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { nextTry } from '#lib/jobs/run/retry.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { TinyFilms } from '../fixtures/tiny/tiny-films.ts';
import { TinyProvider } from '../fixtures/tiny/tiny-provider.ts';
import { TINY_KEY, TinyService } from '../fixtures/tiny/tiny-service.ts';
import { VirtualClock } from '../fixtures/virtual-clock.ts';

async function world(lostAnswer?: ConstructorParameters<typeof TinyProvider>[2]) {
  const service = await TinyService.open();
  const films = new TinyFilms(temporaryFolder(), service.origin);
  films.provider = new TinyProvider(service.origin, TINY_KEY, lostAnswer);
  films.clock = new VirtualClock({ nowMs: Date.now() });
  const bytes = (name: string) => readFileSync(join(films.root, 'films', name));
  return { service, films, bytes };
}

describe('a task with two files', () => {
  it('delivers both to their places, each by its own format, and says so in the record', async () => {
    const { service, films, bytes } = await world();
    const record = await films.run('rome');
    const { video, thumbnail } = service.film('film-1')?.files ?? {};
    expect(bytes('rome.video.mp4')).toEqual(video);
    expect(bytes('rome.thumbnail.png')).toEqual(thumbnail);
    expect(record).toMatchObject({
      ...{ status: 'ready', taskId: 'film-1', handle: { ticket: 'ticket-7' }, localPath: 'films/rome.video.mp4' },
      assets: [
        { name: 'video', format: 'mp4', localPath: 'films/rome.video.mp4', sizeBytes: video?.length },
        { name: 'thumbnail', format: 'png', isOptional: true, mimeType: 'image/png', sizeBytes: thumbnail?.length },
      ],
      receipt: { estimate: { unit: 'video' }, charged: { usd: 0.5, units: 1 }, differences: [] },
    });
    expect(record.captured).toBeUndefined();
    expect(Date.parse(record.expiresAt ?? '') - Date.now()).toBeLessThanOrEqual(3_600_000);
  });

  it('is ready without the one that is optional, with a note', async () => {
    const { service, films } = await world();
    service.hasThumbnails = false;
    const record = await films.run('rome');
    expect(record).toMatchObject({
      ...{ status: 'ready', localPath: 'films/rome.video.mp4' },
      receipt: { notes: [expect.stringMatching(/^thumbnail is missing: /)] },
    });
    expect(record.assets?.map(({ name, sha256 }) => [name, sha256 !== undefined])).toEqual([
      ['video', true],
      ['thumbnail', false],
    ]);
    expect(existsSync(join(films.root, 'films', 'rome.thumbnail.png.part'))).toBe(false);
  });

  it('is fetched again as a whole', async () => {
    const { films, bytes } = await world();
    const { assets } = await films.run('rome');
    rmSync(join(films.root, 'films'), { recursive: true });
    const again = await films.engine.fetchAgain(films.job('rome'), 'film-1', { pollIntervalMs: 20 });
    expect(again).toMatchObject({ status: 'ready', assets });
    expect(bytes('rome.thumbnail.png').length).toBeGreaterThan(0);
  });

  it('waits until it is done, as the provider says when to look', async () => {
    const { service, films } = await world();
    service.durationMs = 150;
    const stages: string[] = [];
    await films.run('rome', {
      pollIntervalMs: undefined,
      onEvent: (event) => event.kind === 'progress' && stages.push(event.progress.stage),
    });
    expect(stages).toContain('generating');
  });
});

describe('a lost answer of a service that honours the submission id', () => {
  it('comes with the same request again, and is paid for once', async () => {
    const { service, films } = await world();
    service.losesAnswers = 2;
    expect(await films.run('rome')).toMatchObject({ status: 'ready', taskId: 'film-1' });
    expect(service.accepted).toHaveLength(1);
    expect(service.submissions).toBe(3);
  });

  it('is not asked for past the time for which the service knows the id; a person decides', async () => {
    const { service, films } = await world({ kind: 'resend', honouredForMs: 0 });
    service.losesAnswers = 1;
    await expect(films.run('rome')).rejects.toMatchObject({ code: 'unknown-outcome', retryable: false });
    expect(service.submissions).toBe(1);
    const [record] = films.store.listSync();
    if (!record) throw new Error('no record');
    expect(nextTry(record, Date.now() + 86_400_000)).toBe('over');
    // Only on purpose.
    await expect(films.run('rome')).rejects.toMatchObject({ code: 'unknown-outcome' });
    expect(await films.run('rome', {}, { force: true })).toMatchObject({ status: 'ready', taskId: 'film-2' });
  });

  it('is not sent again when its turn comes too late', async () => {
    const { service, films } = await world();
    service.losesAnswers = 1;
    const { provider, clock } = films;
    const submit = provider.submit.bind(provider);
    let calls = 0;
    provider.submit = async (request, options) => {
      calls += 1;
      if (calls === 2) await clock.wait(2 * 3_600_000);
      return submit(request, options);
    };
    await expect(films.run('rome')).rejects.toMatchObject({ code: 'unknown-outcome', retryable: false });
    expect(calls).toBe(2);
    expect(service.submissions).toBe(1);
  });

  it('that was refused when it was sent again may have been accepted before: nothing is withdrawn', async () => {
    const { service, films } = await world();
    service.losesAnswers = 1;
    const { provider } = films;
    const submit = provider.submit.bind(provider);
    let calls = 0;
    provider.submit = async (request, options) => {
      calls += 1;
      if (calls === 2) throw new ReelError('auth', 'wrong key');
      return submit(request, options);
    };
    await expect(films.run('rome')).rejects.toMatchObject({ code: 'unknown-outcome', message: /wrong key/ });
    expect(await films.run('rome')).toMatchObject({ status: 'ready', taskId: 'film-1' });
    expect(service.accepted).toHaveLength(1);
  });

  it('is not asked for with another key', async () => {
    const { service, films } = await world();
    const { provider } = films;
    service.losesAnswers = 100;
    provider.account = 'a';
    // Five times in a row without an answer: the next run may bring one.
    await expect(films.run('rome')).rejects.toMatchObject({ code: 'unknown-outcome', retryable: true });
    // As long as that costs nothing, force buys nothing.
    await expect(films.run('rome', {}, { force: true })).rejects.toMatchObject({ code: 'unknown-outcome' });
    service.losesAnswers = 0;
    const { submissions } = service;
    provider.account = 'b';
    await expect(films.run('rome')).rejects.toMatchObject({ code: 'unknown-outcome', retryable: false });
    expect(service.submissions).toBe(submissions);
    provider.account = 'a';
    expect(await films.run('rome')).toMatchObject({ status: 'ready', taskId: 'film-1' });
    expect(service.accepted).toHaveLength(1);
  });
});

describe('a lost answer that nobody can find out about', () => {
  it('stays unknown, is not looked for again by itself, and is bought anew on purpose', async () => {
    const { service, films } = await world({ kind: 'unknowable' });
    service.losesAnswers = 1;
    await expect(films.run('rome')).rejects.toMatchObject({
      ...{ code: 'unknown-outcome', billable: 'maybe', retryable: false },
      message: expect.stringContaining('force'),
    });
    const [record] = films.store.listSync();
    if (!record) throw new Error('no record');
    expect(nextTry(record, Date.now() + 86_400_000)).toBe('over');
    await expect(films.run('rome')).rejects.toMatchObject({ code: 'unknown-outcome' });
    expect(service.submissions).toBe(1);
    expect(await films.run('rome', {}, { force: true })).toMatchObject({
      ...{ status: 'ready', taskId: 'film-2' },
      history: [{ outcome: 'unknown' }],
    });
  });

  it('was never sent where its time of leaving is not on record: it is bought', async () => {
    const { service, films } = await world({ kind: 'unknowable' });
    const stop = new AbortController();
    const { provider } = films;
    const dying = Object.assign(Object.create(provider), {
      submit: () => {
        stop.abort();
        return new Promise((_, reject) => setImmediate(() => reject(new Error('killed here'))));
      },
    });
    await films.run('rome', { newOwner: () => 'dead' }, { provider: dying }).catch(() => {});
    expect(films.store.listSync()[0]?.intent?.sentAt).toBeUndefined();
    expect(await films.run('rome', { isSurelyDead: () => true })).toMatchObject({
      ...{ status: 'ready', history: [{ outcome: 'not-accepted' }] },
    });
    expect(service.accepted).toHaveLength(1);
  });
});
