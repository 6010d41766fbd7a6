import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { webp } from '#lib/capture/formats/webp.server.ts';
import { readSettings } from '#lib/config.ts';
import { filmPathOf, hasFilm, type JobContext, jobFor, jobOf } from '#lib/openai-videos/generate/job.server.ts';
import type { GeneratedVideo } from '#lib/openai-videos/generate/record.ts';
import { OpenAIVideosClient } from '#lib/openai-videos/index.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const IDS = { batchId: 'batch', name: 'harbour' };
const RECORD: GeneratedVideo = {
  ...IDS,
  prompt: 'A harbour.',
  status: 'pending',
  createdAt: '2026-11-21T12:00:00.000Z',
};
const intent = (request: unknown) =>
  ({
    requestHash: 'h',
    attempt: 1,
    at: RECORD.createdAt,
    estimate: { usd: null, units: 1 },
    request,
  }) as GeneratedVideo['intent'];

function context(changes: Partial<JobContext> = {}): JobContext {
  const projectRoot = temporaryFolder();
  const settings = { ...readSettings(), projectRoot, generatedVideosDir: `${projectRoot}/films` };
  return { settings, client: new OpenAIVideosClient({ baseUrl: 'http://127.0.0.1:9/v1' }), ...changes };
}

describe('a new job', () => {
  it('is named by batch and name, and puts film and pictures side by side', () => {
    const all = context({ maxBytes: 5 });
    const job = jobFor(IDS, { prompt: 'A harbour.', model: 'wan' }, all);
    expect(job).toMatchObject({ key: 'batch/harbour', model: 'wan', canSubmit: true, resumesOnly: false });
    expect(job.capture).toMatchObject({ maxBytes: 5, trustedOrigin: 'http://127.0.0.1:9' });
    const film = job.placeOf({ name: 'video', format: mp4 } as never);
    expect(film).toEqual({ finalPath: filmPathOf(all.settings, IDS), localPath: 'films/batch/harbour.mp4' });
    const picture = job.placeOf({ name: 'thumbnail', format: webp } as never);
    expect(picture.localPath).toBe('films/batch/harbour_thumbnail.webp');
    expect(job.seed('2026-11-21T12:00:00.000Z')).toEqual(RECORD);
  });
});

describe('a job of a record', () => {
  it('sends the request that the record has', () => {
    const request = { prompt: 'Sent.', model: 'wan', seconds: '8', num_frames: 81 };
    const job = jobOf({ ...RECORD, intent: intent(request) }, context({ force: true }));
    expect(job).toMatchObject({ request, canSubmit: true, resumesOnly: true, force: false });
  });

  it.each([undefined, { no: 'prompt' }])('cannot buy without one: %o', (request) => {
    const job = jobOf({ ...RECORD, model: 'wan', intent: intent(request) }, context());
    expect(job).toMatchObject({ request: { prompt: 'A harbour.', model: 'wan' }, canSubmit: false });
  });
});

describe('the film of a record', () => {
  it.each<[string, Partial<GeneratedVideo>, boolean]>([
    ['is there', { localPath: 'films/a.mp4', sizeBytes: 4 }, true],
    ['is there, of an unknown size', { localPath: 'films/a.mp4' }, true],
    ['has another size', { localPath: 'films/a.mp4', sizeBytes: 5 }, false],
    ['is gone', { localPath: 'films/b.mp4', sizeBytes: 4 }, false],
    ['was never there', {}, false],
  ])('%s', (_what, changes, expected) => {
    const { settings } = context();
    const path = `${settings.projectRoot}/films/a.mp4`;
    mkdirSync(dirname(path));
    writeFileSync(path, 'film');
    expect(hasFilm(settings, { ...RECORD, ...changes })).toBe(expected);
  });
});
