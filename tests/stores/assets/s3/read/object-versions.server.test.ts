import { describe, expect, it, onTestFinished } from 'vitest';
import { objectVersions } from '#lib/stores/assets/s3/read/object-versions.server.ts';
import { startFaultProxy } from '../../../../fixtures/servers/fault-proxy.ts';
import { clientOf } from '../../../../fixtures/servers/real-s3.ts';
import { impatientClock } from '../../../../fixtures/servers/s3-stores.ts';

interface Version {
  key: string;
  id: string;
  /** Undefined: a mark that the object was removed. */
  bytes?: number;
  isLatest?: boolean;
}

const PAGE = 2;

/** A bucket that lists these versions, two a page. @param status of the versioning; a number: refused with this status */
async function open(versions: Version[], status: string | number = 'Enabled') {
  const deleted: string[] = [];
  const server = await startFaultProxy((request, response) => {
    request.resume();
    const { searchParams: query, pathname } = new URL(request.url ?? '/', 'http://s3');
    if (request.method === 'DELETE') {
      deleted.push(`${decodeURIComponent(pathname)} ${query.get('versionId')}`);
      return void response.writeHead(204).end();
    }
    if (query.has('versioning')) {
      if (typeof status === 'number') return void response.writeHead(status).end();
      const body = status === '' ? '' : `<Status>${status}</Status>`;
      return void response.end(`<VersioningConfiguration>${body}</VersioningConfiguration>`);
    }
    response.end(pageOf(versions, query));
  });
  const client = clientOf({ endpoint: server.url, accessKeyId: 'key', secretAccessKey: 'secret' });
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  const limits = { clock: impatientClock(), stallTimeoutMs: 60_000, patienceMs: 180_000 };
  const of = objectVersions(client, { bucket: 'films', base: 'reel/' }, limits, (_what, _name, work) => work());
  return { of, deleted, server };
}

function pageOf(versions: readonly Version[], query: URLSearchParams): string {
  const found = versions.filter(({ key }) => key.startsWith(query.get('prefix') ?? ''));
  const after = found.findIndex(({ id }) => id === query.get('version-id-marker')) + 1;
  const page = found.slice(after, after + PAGE);
  const last = page.at(-1);
  const more = found.length > after + page.length;
  const next = `<NextKeyMarker>${last?.key}</NextKeyMarker><NextVersionIdMarker>${last?.id}</NextVersionIdMarker>`;
  const lines = page.map(({ key, id, bytes, isLatest = false }) => {
    const what = bytes === undefined ? 'DeleteMarker' : 'Version';
    const facts = `<Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>${isLatest}</IsLatest><Size>${bytes ?? ''}</Size>`;
    return `<${what}>${facts}</${what}>`;
  });
  return `<ListVersionsResult><IsTruncated>${more}</IsTruncated>${more ? next : ''}${lines.join('')}</ListVersionsResult>`;
}

const FILM = 'reel/a/video.mp4';
const VERSIONS: Version[] = [
  { key: FILM, id: '4', bytes: 40, isLatest: true },
  { key: FILM, id: '3' },
  { key: FILM, id: '2', bytes: 20 },
  { key: `${FILM}.poster`, id: '5', bytes: 5 },
  { key: 'reel/b/video.mp4', id: '6', bytes: 600 },
];

describe('the versions of a bucket', () => {
  it('count without what is stored now, and without the marks of removals', async () => {
    const { of, server } = await open(VERSIONS);
    expect(await of.usage('')).toEqual({ versions: 3, bytes: 625 });
    expect(server.calls).toHaveLength(3);
    expect(await of.usage('a/')).toEqual({ versions: 2, bytes: 25 });
  });

  it('go with one name, its marks among them, and not those of longer names', async () => {
    const { of, deleted } = await open(VERSIONS);
    expect(await of.removeAll('a/video.mp4')).toEqual({ bytes: 60 });
    expect(deleted).toEqual(['4', '3', '2'].map((id) => `/films/${FILM} ${id}`));
    await expect(of.removeAll('../x')).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it.each([
    ['Enabled', true],
    ['Suspended', true],
    ['', false],
    [403, undefined],
    [501, undefined],
  ])('are kept where the bucket says "%s": %s', async (status, areKept) => {
    expect(await (await open([], status)).of.areKept()).toBe(areKept);
  });
});
