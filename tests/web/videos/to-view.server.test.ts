import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '#lib/base/errors.ts';
import { readSettings } from '#lib/config.ts';
import type { VideoMetadata } from '#lib/wanx/index.ts';
import { toVideoView } from '#lib/web/videos/to-view.server.ts';
import type { LiveProgress, VideoState } from '#lib/web/videos/view.ts';
import { intentAt } from '../../fixtures/records/job-records.ts';
import { videoRecord, videoShelf } from '../../fixtures/records/video-shelf.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const LATER = '2026-11-21T13:00:00.000Z';
const EARLIER = '2026-11-21T11:00:00.000Z';
const MAY_CHARGE = 'Cancelled; the provider may charge for it.';
const BYTES = Uint8Array.from({ length: 40 }, (_, index) => index);
const LIVE: LiveProgress = { stage: 'downloading', at: EARLIER, bytesReceived: 5 };

function viewOf(record: VideoMetadata | undefined, live?: LiveProgress) {
  return toVideoView('eiffel-tower', '1900', record, { settings: readSettings(), nowMs: NOW_MS, live });
}

const asked = { intent: intentAt(EARLIER), model: 'wan2.7-t2v' };
const submitted = { ...asked, taskId: 'task-1', submittedAt: EARLIER, expiresAt: LATER };
const made = { ...submitted, videoUrl: 'https://o.test/v' };
const often = { retries: { count: 12 } };
const lease = (expiresAt: string) => ({ owner: 'other', fence: 1, expiresAt });
const receipt = {
  at: EARLIER,
  asked: {},
  estimate: { usd: 0.5, units: 5 },
  charged: { usd: 0.4, units: 4 },
  delivered: { durationSeconds: 4, width: 1280, height: 720, hasAudio: true },
  differences: ['asked for 5 s, the file has 4 s'],
};

describe('the state', () => {
  it.each<[string, Partial<VideoMetadata> | undefined, VideoState]>([
    ['never asked for', undefined, 'none'],
    ['on record, never asked for', { status: 'pending' }, 'none'],
    ['claimed by a running process', { status: 'generating', lease: lease(LATER) }, 'generating'],
    ['claimed by a process that died', { status: 'generating', lease: lease(EARLIER) }, 'none'],
    ['asked for, no answer yet', { status: 'generating', ...asked }, 'generating'],
    ['submitted', { status: 'generating', ...submitted }, 'generating'],
    ['made, not fetched', { status: 'generating', ...submitted, videoUrl: 'https://o.test/v' }, 'uncaptured'],
    ['waiting for a new try', { status: 'failed', errorCode: 'network', error: 'x', ...submitted }, 'generating'],
    [
      'waiting for a new try to fetch it',
      { status: 'failed', errorCode: 'network', error: 'x', ...submitted, videoUrl: 'https://o.test/v' },
      'uncaptured',
    ],
    ['tried very often', { status: 'failed', errorCode: 'network', error: 'x', ...submitted, ...often }, 'generating'],
    [
      'tried very often to fetch it',
      { status: 'failed', errorCode: 'disk-full', error: 'x', ...made, ...often },
      'uncaptured',
    ],
    [
      'tried until its link was dead',
      { status: 'failed', errorCode: 'disk-full', error: 'x', ...made, ...often, expiresAt: EARLIER },
      'failed',
    ],
    [
      'made, with other settings than these',
      { status: 'failed', errorCode: 'config', error: 'x', ...made },
      'uncaptured',
    ],
    ['submitted, with other settings', { status: 'failed', errorCode: 'config', error: 'x', ...submitted }, 'failed'],
    [
      'an answer that somebody must look for',
      { status: 'failed', errorCode: 'unknown-outcome', error: 'x', ...asked },
      'failed',
    ],
    ['expired', { status: 'failed', errorCode: 'expired', error: 'x', ...submitted }, 'failed'],
    ['refused before anything was bought', { status: 'failed', errorCode: 'budget', error: 'x' }, 'failed'],
    [
      'cancelled',
      { status: 'failed', errorCode: 'aborted', error: 'x', canceledAt: EARLIER, ...submitted },
      'canceled',
    ],
    ['finished, the file gone', { status: 'ready', localPath: 'static/videos/eiffel-tower-1900.mp4' }, 'failed'],
  ])('of what is %s', (_name, fields, state) => {
    videoShelf();
    expect(viewOf(fields && videoRecord(fields)).state).toBe(state);
  });

  it('of what runs here is what it does', () => {
    videoShelf();
    const made = videoRecord({ status: 'generating', ...submitted, videoUrl: 'https://o.test/v' });
    expect(viewOf(undefined, LIVE)).toMatchObject({ state: 'generating', live: LIVE });
    expect(viewOf(made, LIVE)).toMatchObject({ state: 'uncaptured', live: LIVE });
  });
});

describe('a finished video', () => {
  it('has the notes of its receipt', () => {
    const facts = videoShelf().put('eiffel-tower-1900.mp4', BYTES);
    const noted = { ...receipt, notes: ['8 bytes after its last box belong to no box'] };
    const view = viewOf(videoRecord({ status: 'ready', ...submitted, ...facts, receipt: noted }));
    expect(view.notes).toEqual(noted.notes);
  });

  it('tells all that a person may want to know', () => {
    const shelf = videoShelf();
    const facts = shelf.put('eiffel-tower-1900.mp4', BYTES);
    const view = viewOf(videoRecord({ status: 'ready', ...submitted, ...facts, completedAt: LATER, receipt }));
    expect(view).toEqual({
      key: 'eiffel-tower/1900',
      spotId: 'eiffel-tower',
      eraId: '1900',
      state: 'ready',
      submittedAt: EARLIER,
      orderedAt: EARLIER,
      completedAt: LATER,
      src: `/videos/eiffel-tower-1900.mp4?v=${facts.sha256.slice(0, 16)}`,
      prompt: 'A tower.',
      model: 'wan2.7-t2v',
      durationSeconds: 4,
      width: 1280,
      height: 720,
      hasAudio: true,
      sizeBytes: 40,
      sha256: facts.sha256,
      costUsd: 0.4,
      estimateUsd: 0.5,
      differences: ['asked for 5 s, the file has 4 s'],
    });
  });

  it('goes on playing while a new one is made, and after that failed', () => {
    const shelf = videoShelf();
    const facts = shelf.put('eiffel-tower-1900.mp4', BYTES);
    const history = [{ at: EARLIER, outcome: 'delivered' as const }];
    const generating = videoRecord({ status: 'generating', ...submitted, ...facts, history });
    expect(viewOf(generating)).toMatchObject({ state: 'generating', src: expect.stringContaining('/videos/') });
    const failed = videoRecord({ status: 'failed', errorCode: 'provider-failed', error: 'x', ...facts, history });
    expect(viewOf(failed)).toMatchObject({ state: 'failed', src: expect.stringContaining('/videos/') });
  });

  it('is described by what made it, also while a new one is made', () => {
    const shelf = videoShelf();
    const facts = shelf.put('eiffel-tower-1900.mp4', BYTES);
    const previous = { ...facts, status: 'ready', model: 'wan2.6-t2v', prompt: 'the first', receipt } as const;
    const current = { ...submitted, prompt: 'the second', previous: { ...previous, completedAt: EARLIER } };
    const view = viewOf(videoRecord({ status: 'generating', ...facts, ...current }));
    expect(view).toMatchObject({ state: 'generating', submittedAt: EARLIER, expiresAt: LATER });
    expect(view).toMatchObject({ prompt: 'the first', model: 'wan2.6-t2v', costUsd: 0.4, completedAt: EARLIER });
    expect(view).toMatchObject({ durationSeconds: 4, width: 1280, sha256: facts.sha256 });
  });

  it('was ordered when it was, and not when a newer one is', () => {
    const shelf = videoShelf();
    const facts = shelf.put('eiffel-tower-1900.mp4', BYTES);
    const [first, saved] = ['2026-11-20T08:00:00.000Z', '2026-11-20T08:05:00.000Z'];
    const previous = { ...facts, status: 'ready', completedAt: saved } as const;
    const orderedAgain = (film: object) =>
      viewOf(videoRecord({ status: 'generating', ...facts, ...submitted, previous: { ...previous, ...film } }));
    expect(orderedAgain({ submittedAt: first })).toMatchObject({
      submittedAt: EARLIER,
      orderedAt: first,
      completedAt: saved,
    });
    // A film that another program has put on record.
    expect(orderedAgain({}).submittedAt).toBe(EARLIER);
    expect(orderedAgain({}).orderedAt).toBeUndefined();
    const canceled = { status: 'failed', errorCode: 'aborted', error: 'x', canceledAt: EARLIER } as const;
    const left = videoRecord({ ...canceled, ...facts, ...submitted, previous: { ...previous, submittedAt: first } });
    expect(viewOf(left)).toMatchObject({ state: 'canceled', submittedAt: EARLIER, orderedAt: first });
  });

  it.each([
    ['refused', 'rejected', 'it said: a secret prompt', /^The provider's moderation/],
    ['failed', 'provider-failed', 'It broke at https://o.test/v?Signature=s3cret.', /^The provider failed\.$/],
  ] as const)('says why a newer one came to nothing: %s', (outcome, errorCode, note, message) => {
    const shelf = videoShelf();
    const facts = shelf.put('eiffel-tower-1900.mp4', BYTES);
    const made = { ...facts, intent: intentAt(EARLIER), status: 'ready' } as const;
    const view = viewOf(videoRecord({ ...made, history: [{ at: LATER, outcome, errorCode, note }] }));
    const problem = { code: errorCode, message: expect.stringMatching(message) };
    expect(view).toMatchObject({ state: 'ready', lastTry: { at: LATER, problem } });
    const older = videoRecord({ ...made, history: [{ at: '2026-11-20T11:00:00.000Z', outcome, errorCode, note }] });
    expect(viewOf(older).lastTry).toBeUndefined();
  });

  it('says that the sandbox made it', () => {
    videoShelf();
    const made = { ...submitted, intent: intentAt(EARLIER, { endpoint: 'local sandbox' }) };
    expect(viewOf(videoRecord({ status: 'generating', ...made })).sandbox).toBe(true);
    expect(viewOf(videoRecord({ status: 'generating', ...submitted })).sandbox).toBeUndefined();
  });
});

describe('a failure', () => {
  it('says what happened and whether to try again', () => {
    videoShelf();
    const failed = { status: 'failed', ...submitted } as const;
    expect(viewOf(videoRecord({ ...failed, errorCode: 'network', error: 'No way to /srv.' })).problem).toEqual({
      code: 'network',
      message: 'The provider could not be reached.',
      retryable: true,
      isPaid: true,
    });
    expect(
      viewOf(videoRecord({ ...failed, taskId: undefined, errorCode: 'network', error: 'x' })).problem?.isPaid,
    ).toBeUndefined();
    const lost = videoRecord({ ...submitted, status: 'ready', localPath: 'gone.mp4' });
    expect(viewOf(lost).problem).toMatchObject({ code: 'not-found', isPaid: true });
    expect(viewOf({ ...lost, expiresAt: EARLIER }).problem?.isPaid).toBeUndefined();
    expect(viewOf(videoRecord({ ...failed, errorCode: 'invalid-input', error: 'x' })).problem).toMatchObject({
      retryable: false,
    });
    expect(viewOf(videoRecord({ ...failed, error: 'x' })).problem?.code).toBe('provider-failed');
  });

  it('is not told while it is being tried again', () => {
    videoShelf();
    const record = videoRecord({ status: 'failed', errorCode: 'network', error: 'x', ...submitted });
    expect(viewOf(record, LIVE).problem).toBeUndefined();
  });

  it.each<[string, Partial<VideoMetadata>, object | undefined]>([
    ['that runs on', { ...submitted, cancelConfirmed: false }, { message: MAY_CHARGE, isPaid: true }],
    ['while nobody could be asked', submitted, { message: MAY_CHARGE, isPaid: true }],
    ['that is made', made, { message: 'Cancelled; it was made and paid for, but not saved.', isPaid: true }],
    ['while the order was on its way', asked, { message: MAY_CHARGE }],
    ['that the provider stopped', { ...submitted, cancelConfirmed: true }, undefined],
    ['that had come to nothing', { ...submitted, errorCode: 'provider-failed' }, undefined],
  ])('of a cancelled task %s is what it may cost', (_name, fields, problem) => {
    videoShelf();
    const record = videoRecord({ status: 'failed', errorCode: 'aborted', error: 'x', canceledAt: EARLIER, ...fields });
    expect(viewOf(record).state).toBe('canceled');
    expect(viewOf(record).problem).toEqual(problem && { code: 'aborted', retryable: true, ...problem });
  });

  it('keeps a prompt that moderation refused, and what it said about it', () => {
    videoShelf();
    const record = videoRecord({
      prompt: 'Forbidden words.',
      status: 'failed',
      errorCode: 'rejected',
      error: 'Input data may contain inappropriate content: "Forbidden words."',
      receipt: { ...receipt, delivered: undefined, differences: ['nothing was delivered: "Forbidden words."'] },
      ...submitted,
    });
    expect(JSON.stringify(viewOf(record))).not.toContain('Forbidden');
    expect(viewOf(record).problem).toMatchObject({ code: 'rejected', retryable: false });
  });

  it.each([...ERROR_CODES, undefined])('with %s names no path, link or key, and quotes nobody', (errorCode) => {
    const shelf = videoShelf();
    const error = 'No space for /srv/a.mp4 from https://o.test/v.mp4?Signature=s3cret with sk-s3cret: “said”';
    const failure = { ...receipt, delivered: undefined, differences: [`nothing was delivered: ${error}`] };
    const failed = videoRecord({ status: 'failed', errorCode, error, ...submitted, receipt: failure });
    const film = { ...shelf.put('eiffel-tower-1900.mp4', BYTES), intent: intentAt(EARLIER), status: 'ready' } as const;
    const history = [{ at: LATER, outcome: 'failed', errorCode, note: error }] as const;
    const records = [
      failed,
      { ...failed, videoUrl: 'https://o.test/v.mp4', requestId: 'r' },
      videoRecord({ ...film, history: [...history] }),
    ];
    for (const record of records) expect(JSON.stringify(viewOf(record))).not.toMatch(/srv|s3cret|o\.test|said/);
    expect(viewOf(failed).differences).toEqual(['nothing was delivered']);
  });
});

describe('the prompt', () => {
  it.each<[string, Partial<VideoMetadata>]>([
    ['waits for its answer', { status: 'generating', ...asked }],
    ['moderation may still refuse', { status: 'generating', ...submitted }],
    ['cannot be asked about', { status: 'failed', errorCode: 'network', error: 'x', ...submitted }],
    ['moderation took back', { status: 'failed', errorCode: 'rejected', error: 'x', ...made }],
    ['was never submitted', { status: 'failed', errorCode: 'budget', error: 'x' }],
  ])('of a video that %s is not told', (_name, fields) => {
    videoShelf();
    expect(viewOf(videoRecord(fields)).prompt).toBeUndefined();
    expect(viewOf(videoRecord(fields), LIVE).prompt).toBeUndefined();
  });

  it.each<[string, Partial<VideoMetadata>]>([
    ['is made and not saved yet', { status: 'generating', ...made }],
    ['could not be saved yet', { status: 'failed', errorCode: 'disk-full', error: 'x', ...made }],
    ['is finished', { status: 'ready', ...submitted }],
  ])('of a video that %s is told', (_name, fields) => {
    videoShelf();
    expect(viewOf(videoRecord(fields)).prompt).toBe('A tower.');
  });
});

describe('the deadline', () => {
  it('is told until the video is here', () => {
    const shelf = videoShelf();
    const facts = shelf.put('eiffel-tower-1900.mp4', BYTES);
    expect(viewOf(videoRecord({ status: 'generating', ...submitted })).expiresAt).toBe(LATER);
    for (const errorCode of ['network', 'config', 'disk-full']) {
      const failed = videoRecord({ status: 'failed', errorCode, error: 'x', ...made, ...often });
      expect(viewOf(failed)).toMatchObject({ expiresAt: LATER, problem: { isPaid: true } });
      expect(viewOf({ ...failed, videoUrl: undefined })).toMatchObject({ expiresAt: LATER, problem: { isPaid: true } });
    }
    expect(viewOf(videoRecord({ status: 'ready', ...submitted, ...facts })).expiresAt).toBeUndefined();
    const refused = videoRecord({ status: 'failed', errorCode: 'rejected', error: 'x', ...submitted });
    expect(viewOf(refused).expiresAt).toBeUndefined();
  });
});

it('says of a film in whose place a link stands that links are not played', () => {
  const shelf = videoShelf();
  const facts = shelf.put('eiffel-tower-1900.mp4', BYTES);
  const path = join(shelf.root, 'static/videos/eiffel-tower-1900.mp4');
  renameSync(path, join(shelf.root, 'film.mp4'));
  symlinkSync(join(shelf.root, 'film.mp4'), path);
  const view = viewOf(videoRecord({ status: 'ready', ...facts }));
  expect(view).toMatchObject({ state: 'failed', problem: { code: 'disk', message: expect.stringContaining('link') } });
  expect(view.src).toBeUndefined();
});
