import { createServer, type IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createNotionUpdates, type NotionOptions } from '#lib/notion/index.ts';
import { notionFormat } from '#lib/notion/records/record.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { VirtualClock } from '../fixtures/virtual-clock.ts';

// A server written for these tests from Notion's documents, apart from the sandbox: two readings must not share a mistake.

interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}
type Answer = { status?: number; json: unknown } | { text: string };

/** Answers by `METHOD /path`. */
async function serve(answers: Record<string, Answer | ((seen: Seen) => Answer)>) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const text = Buffer.concat(pieces).toString();
    const one = {
      ...{ method: request.method ?? '', url: request.url ?? '', headers: request.headers },
      body: text === '' ? undefined : JSON.parse(text),
    };
    seen.push(one);
    const found = answers[`${one.method} ${one.url}`] ?? notFound;
    const answer = typeof found === 'function' ? found(one) : found;
    if ('text' in answer) response.writeHead(200, { 'content-type': 'text/html' }).end(answer.text);
    else
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer.json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return { seen, baseUrl: `http://127.0.0.1:${address.port}` };
}

const refusal = (status: number, code: string, message: string): Answer => ({
  status,
  json: { object: 'error', status, code, message, request_id: 'r' },
});
const notFound = refusal(404, 'object_not_found', 'Could not find page.');

function updatesFor(baseUrl: string, options: NotionOptions = {}) {
  const clock = new VirtualClock({ auto: false });
  const store = createMemoryStore({ format: notionFormat, clock });
  const updates = createNotionUpdates({
    ...{ token: 'ntn_secret', baseUrl, clock, store, requestsPerSecond: Number.POSITIVE_INFINITY },
    ...options,
  });
  onTestFinished(() => updates.stop());
  return updates;
}

const PAGE = {
  object: 'page',
  id: 'p1',
  in_trash: false,
  parent: { type: 'data_source_id', data_source_id: 'd1', database_id: 'b1' },
  url: 'https://www.notion.so/p1',
  properties: {
    Name: { id: 'title', type: 'title', title: [] },
    Status: { id: 'S%3A1', type: 'select', select: null },
    'Video URL': { id: 'V', type: 'url', url: null },
    Error: { id: 'E', type: 'rich_text', rich_text: [] },
  },
};
const DATA_SOURCE = {
  object: 'data_source',
  id: 'd1',
  properties: {
    Name: { id: 'title', name: 'Name', type: 'title', title: {} },
    Status: {
      id: 'S%3A1',
      name: 'Status',
      type: 'select',
      select: { options: [{ id: '1', name: 'Completed', color: 'green' }] },
    },
    'Video URL': { id: 'V', name: 'Video URL', type: 'url', url: {} },
    Error: { id: 'E', name: 'Error', type: 'rich_text', rich_text: {} },
  },
};
const USUAL = {
  'GET /v1/pages/p1': { json: PAGE },
  'GET /v1/data_sources/d1': { json: DATA_SOURCE },
  'PATCH /v1/pages/p1': { json: PAGE },
};

describe('what is sent', () => {
  it('is one change of the page, by property id, as the documents have it', async () => {
    const { seen, baseUrl } = await serve(USUAL);
    const updates = updatesFor(`${baseUrl}/v1/`);
    await updates.queueUpdate('p1', { status: 'Completed', videoUrl: 'https://e.com/a.mp4', error: null });
    await updates.flush();
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual(Object.keys(USUAL));
    expect(seen.at(-1)).toMatchObject({
      headers: {
        authorization: 'Bearer ntn_secret',
        'notion-version': '2026-03-11',
        'content-type': 'application/json',
      },
    });
    expect(seen.at(-1)?.body).toEqual({
      properties: {
        'S%3A1': { select: { name: 'Completed' } },
        V: { url: 'https://e.com/a.mp4' },
        E: { rich_text: [] },
      },
    });
    expect(await updates.list()).toEqual([]);
  });

  it('keeps an odd page id in its place', async () => {
    const { seen, baseUrl } = await serve({});
    const updates = updatesFor(baseUrl);
    await updates.queueUpdate('a/b?x=1', { status: 'Completed' });
    await updates.queueUpdate('../users/me', { status: 'Completed' });
    await updates.flush();
    expect(seen.map(({ url }) => url)).toEqual(['/v1/pages/a%2Fb%3Fx%3D1']);
    const setAside = expect.stringMatching(/page id/);
    expect(await updates.list()).toMatchObject([{ setAside }, { setAside }]);
  });
});

describe('a page', () => {
  it('whose data source is not shared is written by what it says of itself', async () => {
    const { seen, baseUrl } = await serve({
      'GET /v1/pages/p1': USUAL['GET /v1/pages/p1'],
      'PATCH /v1/pages/p1': { json: PAGE },
    });
    const updates = updatesFor(baseUrl);
    await updates.queueUpdate('p1', { status: 'Anything', thumbnailUrl: 'https://e.com' });
    await updates.flush();
    expect(seen.at(-1)?.body).toEqual({ properties: { 'S%3A1': { select: { name: 'Anything' } } } });
    expect(await updates.list()).toMatchObject([{ problems: [{ field: 'thumbnailUrl' }] }]);
  });

  it('that names its database only leads to the data source', async () => {
    const { seen, baseUrl } = await serve({
      ...USUAL,
      'GET /v1/pages/p1': { json: { ...PAGE, parent: { type: 'database_id', database_id: 'b1' } } },
      'GET /v1/databases/b1': { json: { object: 'database', id: 'b1', data_sources: [{ id: 'd1', name: 'Videos' }] } },
    });
    const updates = updatesFor(baseUrl);
    await updates.queueUpdate('p1', { status: 'Completed' });
    await updates.flush();
    expect(seen.map(({ url }) => url)).toEqual([
      '/v1/pages/p1',
      '/v1/databases/b1',
      '/v1/data_sources/d1',
      '/v1/pages/p1',
    ]);
  });

  it('outside of a database has a title only', async () => {
    const page = {
      ...PAGE,
      parent: { type: 'page_id', page_id: 'x' },
      properties: { title: { id: 'title', type: 'title', title: [] } },
    };
    const { baseUrl } = await serve({ 'GET /v1/pages/p1': { json: page } });
    const updates = updatesFor(baseUrl);
    await updates.queueUpdate('p1', { status: 'Completed' });
    await updates.flush();
    expect(await updates.list()).toMatchObject([
      { problems: [{ reason: expect.stringMatching(/There are: "title" \(title\)/) }] },
    ]);
  });

  it('that goes to the trash between reading and writing is set aside', async () => {
    let reads = 0;
    const { baseUrl } = await serve({
      ...USUAL,
      'GET /v1/pages/p1': () => {
        reads += 1;
        return { json: { ...PAGE, archived: reads > 1 } };
      },
      'PATCH /v1/pages/p1': refusal(400, 'validation_error', "Can't edit block that is archived."),
    });
    const updates = updatesFor(baseUrl);
    await updates.queueUpdate('p1', { status: 'Completed' });
    await updates.flush();
    expect(await updates.list()).toMatchObject([{ setAside: expect.stringMatching(/trash/), problems: [] }]);
  });
});

describe('a value that Notion refuses', () => {
  it('costs only itself', async () => {
    const { seen, baseUrl } = await serve({
      ...USUAL,
      'PATCH /v1/pages/p1': ({ body }) =>
        JSON.stringify(body).includes('bad.example')
          ? refusal(400, 'validation_error', 'Invalid URL for link. Token: secret_abcdefghijklmnopqrstuvwxyz')
          : { json: PAGE },
    });
    const updates = updatesFor(baseUrl);
    await updates.queueUpdate('p1', { status: 'Completed', videoUrl: 'https://bad.example', error: 'x' });
    await updates.flush();
    const written = seen.filter(({ method }) => method === 'PATCH').map(({ body }) => body);
    expect(written).toContainEqual({ properties: { 'S%3A1': { select: { name: 'Completed' } } } });
    expect(written).toContainEqual({ properties: { E: { rich_text: [{ text: { content: 'x' } }] } } });
    const [page] = await updates.list();
    expect(page).toMatchObject({ waiting: { videoUrl: 'https://bad.example' }, problems: [{ property: 'Video URL' }] });
    expect(page?.problems[0]?.reason).toMatch(/Invalid URL for link/);
    expect(page?.problems[0]?.reason).not.toContain('abcdefghij');
  });
});

describe('an answer that is none', () => {
  it.each<[string, Answer]>([
    ['a page of HTML', { text: '<html>Log in to the network</html>' }],
    ['no page at all', { json: [] }],
    ['an error with an unknown code', { status: 404, json: { error: 'no route' } }],
    ['a refusal by a gateway', { status: 403, json: { message: 'blocked' } }],
  ])('%s leaves the update waiting', async (_what, answer) => {
    const { baseUrl } = await serve({ ...USUAL, 'GET /v1/pages/p1': answer });
    const updates = updatesFor(baseUrl);
    await updates.queueUpdate('p1', { status: 'Completed' });
    await updates.flush();
    expect(await updates.list()).toMatchObject([
      { setAside: undefined, problems: [], lastFailure: expect.any(String) },
    ]);
  });

  it('a redirect is not followed: the token goes nowhere else', async () => {
    const elsewhere = await serve({});
    const server = createServer((_request, response) => {
      response.writeHead(307, { location: `${elsewhere.baseUrl}/v1/pages/p1` }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const updates = updatesFor(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    await updates.queueUpdate('p1', { status: 'Completed' });
    await updates.flush();
    expect(elsewhere.seen).toEqual([]);
    expect(await updates.list()).toHaveLength(1);
  });
});

describe('the address', () => {
  it.each([
    ['plain http elsewhere', 'http://notion.example', /NOTION_BASE_URL must use https/],
    ['credentials in it', 'https://jo:pass@notion.example', /without user/],
    ['a query', 'https://notion.example?x=1', /without user, query/],
  ])('with %s is refused before the token is sent, and nothing is dropped', async (_what, baseUrl, reason) => {
    const updates = updatesFor(baseUrl);
    await updates.queueUpdate('p1', { status: 'Completed' });
    await updates.flush();
    expect(await updates.list()).toMatchObject([{ lastFailure: expect.stringMatching(reason) }]);
  });

  it('of nobody leaves the update waiting', async () => {
    const { baseUrl } = await serve({});
    const dead = baseUrl.replace(/:\d+$/, ':1');
    const updates = updatesFor(dead);
    await updates.queueUpdate('p1', { status: 'Completed' });
    await updates.flush();
    expect(await updates.list()).toMatchObject([{ lastFailure: expect.stringMatching(/cannot be reached/) }]);
  });

  it('is reached through a proxy where one is set', async () => {
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const address = proxy.address();
    const https = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const updates = updatesFor('https://api.notion.com', { proxy: { https } });
    await updates.queueUpdate('p1', { status: 'Completed' });
    await updates.flush();
    expect(asked).toEqual(['api.notion.com:443']);
    expect(await updates.list()).toMatchObject([{ lastFailure: expect.stringMatching(/proxy/) }]);
  });
});
