// isolated: the service of the app is one for the process, and takes its settings from the environment at first use.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { downloadService } from '#lib/scrape/index.ts';
import type { ScrapedRecord } from '#lib/scrape/record/record.ts';
import {
  cleanUp,
  scrapedDownloads,
  scrapedFilms,
  serveScraped,
  storageOverview,
} from '#lib/web/storage/storage.server.ts';
import {
  cleanUpViewSchema,
  scrapedDownloadsSchema,
  scrapedFilmsSchema,
  storageOverviewSchema,
} from '#lib/web/storage/storage-view.ts';
import { storedRecord } from '../../fixtures/scrape/records.ts';

let root: string;
const KEYS = ['news/rome', 'news/oslo', 'city/paris'];
const contentOf = (key: string) => `the film of ${key}`;

beforeAll(() => {
  root = mkdtempSync(join(realpathSync(tmpdir()), 'reelkeep-'));
  vi.stubEnv('WANX_PROJECT_ROOT', root);
  vi.stubEnv('WANX_METADATA_PATH', join(root, 'records.json'));
  vi.stubEnv('SCRAPED_VIDEOS_DIR', 'films');
  vi.stubEnv('REELKEEP_STORAGE_USD_PER_GB', '1000');
  const running: ScrapedRecord = {
    ...{ channelId: 'city', videoId: 'bern', sourceUrl: 'https://films.example/bern', download_attempts: 0 },
    ...{ createdAt: '2026-11-29T00:00:00.000Z', download_status: 'downloading', processing_jobs: [] },
  };
  writeFileSync(join(root, 'scraped-videos.json'), JSON.stringify([...KEYS.map(stored), running]));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

function stored(key: string, index: number): ScrapedRecord {
  const content = contentOf(key);
  const location = join(root, 'films');
  const storedAt = `2026-11-0${index + 1}T00:00:00.000Z`;
  const sha256 = createHash('sha256').update(content).digest('hex');
  const record = storedRecord(key, { sizeBytes: content.length, storedAt, location });
  mkdirSync(join(location, key), { recursive: true });
  writeFileSync(join(location, key, 'video.mp4'), content);
  return {
    ...record,
    ...{ download_completed_at: storedAt, download_size: content.length, download_sha256: sha256 },
    stored: { ...fileOf(record), sha256 },
  };
}

function fileOf({ stored }: ScrapedRecord): NonNullable<ScrapedRecord['stored']> {
  if (!stored) throw new Error('not stored');
  return stored;
}

const list = async (query = '') =>
  scrapedFilmsSchema.parse(await scrapedFilms(new URL(`http://localhost/api/storage/videos${query}`), false));
const ids = ({ videos }: { videos: Array<{ videoId: string }> }) => videos.map(({ videoId }) => videoId);

function serve(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  const [channelId = '', videoId = '', kind = ''] = path.split('/');
  const url = `http://localhost/scraped/${path}`;
  return serveScraped({ channelId, videoId, kind }, new Request(url, { method, headers }), new URL(url));
}

async function clean(rule: unknown) {
  const body = typeof rule === 'string' ? rule : JSON.stringify(rule);
  return cleanUpViewSchema.parse(await cleanUp(new Request('http://localhost/', { method: 'POST', body })));
}

describe('the storage of the app', () => {
  it('says what is stored and what it costs', async () => {
    const overview = storageOverviewSchema.parse(await storageOverview());
    const bytes = KEYS.reduce((sum, key) => sum + contentOf(key).length, 0);
    expect(overview).toMatchObject({ videos: 3, bytes, monthlyCostUsd: expect.closeTo(bytes / 1e6, 9) });
    expect(overview.byChannel.map(({ channelId, videos }) => [channelId, videos])).toEqual([
      ['news', 2],
      ['city', 1],
    ]);
    expect(overview.growth.map(({ day }) => day)).toEqual(['2026-11-01', '2026-11-02', '2026-11-03']);
  });

  it.each([
    ['', ['bern', 'paris', 'oslo', 'rome']],
    ['?text=OSLO', ['oslo']],
    ['?channel=city', ['bern', 'paris']],
    ['?channel=city&status=downloaded&text=', ['paris']],
    ['?status=failed', []],
    ['?channel=news&video=oslo', ['oslo']],
    ['?channel=city&video=oslo', []],
    ['?video=oslo', ['oslo']],
  ])('lists the films of the query "%s"', async (query, wanted) => {
    const films = await list(query);
    expect(ids(films)).toEqual(wanted);
    expect(films).toMatchObject({ total: wanted.length, all: 4, channels: ['city', 'news'] });
  });

  it('lists them in parts', async () => {
    const first = await list('?limit=3');
    expect(ids(first)).toHaveLength(3);
    expect(ids(await list(`?limit=3&cursor=${encodeURIComponent(first.nextCursor ?? '')}`))).toEqual(['rome']);
    await expect(list('?limit=0')).rejects.toMatchObject({ problem: 'invalid-input' });
    await expect(list('?cursor=x')).rejects.toMatchObject({ problem: 'invalid-input' });
    await expect(list('?status=lost')).rejects.toMatchObject({ problem: 'invalid-input' });
  });

  it('lists what is under way apart', async () => {
    const wanted = async (query = '') =>
      scrapedDownloadsSchema.parse(await scrapedDownloads(new URL(`http://localhost/${query}`), false));
    expect(await wanted()).toMatchObject({ downloads: [{ videoId: 'bern' }], total: 1 });
    await expect(wanted('?limit=0')).rejects.toMatchObject({ problem: 'invalid-input' });
  });

  it('serves a film, or a range of it', async () => {
    const film = contentOf('news/rome');
    const whole = await serve('news/rome/film');
    expect([whole.status, whole.headers.get('content-type'), await whole.text()]).toEqual([200, 'video/mp4', film]);
    const part = await serve('news/rome/film', { range: 'bytes=4-7' });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      ...[206, `bytes 4-7/${film.length}`, film.slice(4, 8)],
    ]);
    const etag = whole.headers.get('etag') ?? '';
    expect((await serve('news/rome/film', { 'if-none-match': etag })).status).toBe(304);
    const head = await serve('news/rome/film', {}, 'HEAD');
    expect([head.headers.get('content-length'), head.body]).toEqual([String(film.length), null]);
  });

  it.each(['news/rome/poster', 'news/none/film', 'city/bern/film', '../rome/film', 'news/rome/video.mp4'])(
    'serves no %s',
    async (path) => {
      await expect(serve(path)).rejects.toMatchObject({ problem: 'not-found' });
    },
  );

  it.each([
    ['no JSON', 'olderThanDays=3'],
    ['no rule', {}],
    ['a number below 0', { maxBytes: -1 }],
    ['half a film', { keepPerChannel: 1.5 }],
    ['an unknown rule', { olderThanDays: 1, everything: true }],
    ['an id that is a path', { olderThanDays: 1, channelId: '../x' }],
  ])('refuses %s', async (_what, rule) => {
    await expect(clean(rule)).rejects.toMatchObject({ problem: 'invalid-input' });
  });

  it('cleans up what the dry run has listed, and nothing else', async () => {
    const pathOf = (key: string) => join(root, 'films', key, 'video.mp4');
    const rule = { keepPerChannel: 1 };
    const dry = await clean(rule);
    expect(dry).toMatchObject({ isDryRun: true, bytes: contentOf('news/rome').length, notes: [] });
    expect(ids({ videos: dry.films })).toEqual(['rome']);
    expect(existsSync(pathOf('news/rome'))).toBe(true);
    await expect(clean({ keepPerChannel: 0, plan: dry.plan })).rejects.toMatchObject({ problem: 'plan-outdated' });
    const done = await clean({ ...rule, plan: dry.plan });
    expect(done).toMatchObject({ isDryRun: false, bytes: dry.bytes });
    expect(KEYS.map((key) => existsSync(pathOf(key)))).toEqual([false, true, true]);
    expect(ids(await list())).toEqual(['bern', 'paris', 'oslo']);
    await expect(clean({ ...rule, plan: dry.plan })).rejects.toMatchObject({ problem: 'plan-outdated' });
  });

  it('leaves a film alone that the rule names only after the plan was compared', async () => {
    const rule = { keepPerChannel: 1, channelId: 'port' };
    const write = (...keys: string[]) =>
      writeFileSync(join(root, 'scraped-videos.json'), JSON.stringify(keys.map(stored)));
    write('port/cork', 'port/riga');
    const { plan } = await clean(rule);
    const real = downloadService.cleanUp.bind(downloadService);
    const spy = vi.spyOn(downloadService, 'cleanUp').mockImplementationOnce(async (...call) => {
      const found = await real(...call);
      write('port/cork', 'port/riga', 'port/oran');
      return found;
    });
    expect(ids({ videos: (await clean({ ...rule, plan })).films })).toEqual(['cork']);
    spy.mockRestore();
    expect(ids(await list())).toEqual(['oran', 'riga']);
  });
});
