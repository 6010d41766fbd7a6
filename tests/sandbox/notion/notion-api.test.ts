import { APIErrorCode, Client, type UpdatePageParameters } from '@notionhq/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '#lib/sandbox/dashscope/world/types.ts';
import { startSandbox } from '#lib/sandbox/sandbox.server.ts';

// The official client, as its README shows it.
let sandbox: Sandbox;
let notion: Client;

beforeAll(async () => {
  sandbox = await startSandbox();
  notion = clientOf('2026-03-11');
});
afterEach(() => sandbox.reset());
afterAll(() => sandbox.close());

function clientOf(notionVersion: string, auth: string | undefined = sandbox.notion.token): Client {
  return new Client({ auth, baseUrl: sandbox.notion.baseUrl, notionVersion, retry: false, logger: () => {} });
}

describe('the official Notion client', () => {
  it('reads a page, its data source and its database', async () => {
    const pageId = sandbox.notion.createPage('Harbour');
    const page = await notion.pages.retrieve({ page_id: pageId });
    expect(page).toMatchObject({
      object: 'page',
      id: pageId,
      in_trash: false,
      parent: { type: 'data_source_id', data_source_id: sandbox.notion.dataSourceId },
      properties: {
        Name: { id: 'title', title: [{ plain_text: 'Harbour' }] },
        'Video URL': { type: 'url', url: null },
      },
    });
    expect(page).not.toHaveProperty('archived');
    const dataSource = await notion.dataSources.retrieve({ data_source_id: sandbox.notion.dataSourceId });
    const { Status } = dataSource.properties;
    if (Status?.type !== 'status') throw new Error('no status');
    expect(Status.status.options.map(({ name }) => name)).toContain('Completed');
    const database = await notion.databases.retrieve({ database_id: sandbox.notion.databaseId });
    expect(database).toMatchObject({ data_sources: [{ id: sandbox.notion.dataSourceId }] });
    expect(await notion.users.me({})).toMatchObject({ object: 'user', type: 'bot' });
  });

  it('creates, changes, trashes and restores a page, by property names and ids', async () => {
    const parent = { type: 'data_source_id', data_source_id: sandbox.notion.dataSourceId } as const;
    const { id } = await notion.pages.create({
      parent,
      properties: { Name: { title: [{ text: { content: 'Film' } }] } },
    });
    const { properties } = await notion.dataSources.retrieve({ data_source_id: parent.data_source_id });
    await notion.pages.update({
      page_id: id.replaceAll('-', ''),
      properties: {
        Status: { status: { name: 'Completed' } },
        [properties['Video URL']?.id ?? '']: { url: 'https://example.com/a.mp4' },
        [decodeURIComponent(properties.Error?.id ?? '')]: { rich_text: [{ text: { content: 'none' } }] },
      },
    });
    expect(sandbox.notion.page(id).values).toEqual({
      ...{ Name: 'Film', Status: 'Completed', 'Video URL': 'https://example.com/a.mp4' },
      ...{ 'Thumbnail URL': null, Error: 'none' },
    });
    await notion.pages.update({ page_id: id, in_trash: true });
    await expect(
      notion.pages.update({ page_id: id, properties: { 'Video URL': { url: null } } }),
    ).rejects.toMatchObject({ code: APIErrorCode.ValidationError, message: expect.stringMatching(/archived/) });
    await notion.pages.update({ page_id: id, in_trash: false, properties: { 'Video URL': { url: null } } });
    expect(sandbox.notion.page(id)).toMatchObject({ isInTrash: false, values: { 'Video URL': null } });
  });

  it('lists the pages of the data source, a part at a time', async () => {
    for (let count = 0; count < 5; count += 1) sandbox.notion.createPage(`Page ${count}`);
    const first = await notion.dataSources.query({ data_source_id: sandbox.notion.dataSourceId, page_size: 3 });
    expect(first).toMatchObject({ has_more: true, results: { length: 3 } });
    const rest = await notion.dataSources.query({
      data_source_id: sandbox.notion.dataSourceId,
      start_cursor: first.next_cursor ?? '',
    });
    expect(rest).toMatchObject({ has_more: false, next_cursor: null, results: { length: 2 } });
  });

  it('finds the data source and pages, and filters and sorts them', async () => {
    const data_source_id = sandbox.notion.dataSourceId;
    const [first] = (await notion.search({ filter: { property: 'object', value: 'data_source' } })).results;
    expect(first).toMatchObject({ object: 'data_source', id: data_source_id });
    for (const [title, status] of [
      ['Harbour', 'Completed'],
      ['Bridge', 'Failed'],
      ['Tower', 'Completed'],
    ] as const) {
      const page_id = sandbox.notion.createPage(title);
      await notion.pages.update({ page_id, properties: { Status: { status: { name: status } } } });
    }
    expect(await notion.search({ query: 'tow' })).toMatchObject({
      results: [{ properties: { Name: { title: [{ plain_text: 'Tower' }] } } }],
    });
    const completed = { property: 'Status', status: { equals: 'Completed' } };
    const query = await notion.dataSources.query({
      data_source_id,
      filter: { and: [completed, { property: 'Name', title: { is_not_empty: true } }] },
      sorts: [{ property: 'Name', direction: 'descending' }],
    });
    const titles = query.results.map((page) => ('properties' in page ? page.properties.Name : undefined));
    expect(titles).toMatchObject([{ title: [{ plain_text: 'Tower' }] }, { title: [{ plain_text: 'Harbour' }] }]);
    const wrong = { property: 'Status', select: { equals: 'Completed' } };
    await expect(notion.dataSources.query({ data_source_id, filter: wrong })).rejects.toMatchObject({
      code: 'validation_error',
    });
    const [page] = sandbox.notion.pages();
    const { properties } = Object(
      await notion.pages.retrieve({ page_id: page?.id ?? '', filter_properties: ['title'] }),
    );
    expect(Object.keys(properties)).toEqual(['Name']);
  });

  it('changes the schema, where ids outlive names', async () => {
    const pageId = sandbox.notion.createPage();
    await notion.pages.update({ page_id: pageId, properties: { 'Video URL': { url: 'https://example.com/a.mp4' } } });
    await notion.dataSources.update({
      data_source_id: sandbox.notion.dataSourceId,
      properties: { 'Video URL': { name: 'Film' }, Error: null, Notes: { rich_text: {} }, Mood: { select: {} } },
    });
    expect(sandbox.notion.page(pageId).values).toMatchObject({ Film: 'https://example.com/a.mp4', Notes: null });
    expect(sandbox.notion.page(pageId).values).not.toHaveProperty('Error');
    await notion.pages.update({ page_id: pageId, properties: { Mood: { select: { name: 'Calm' } } } });
    expect(sandbox.notion.optionsOf('Mood')).toEqual(['Calm']);
  });

  it('speaks the older version of the API, which says archived as well', async () => {
    const pageId = sandbox.notion.createPage();
    const old = clientOf('2025-09-03');
    expect(await old.pages.retrieve({ page_id: pageId })).toMatchObject({ archived: false, in_trash: false });
    await old.pages.update({ page_id: pageId, archived: true });
    expect(sandbox.notion.page(pageId).isInTrash).toBe(true);
  });
});

describe('a refusal', () => {
  const text = (content: string) => ({ rich_text: [{ text: { content } }] });
  type Properties = UpdatePageParameters['properties'];

  it.each<[string, Properties, RegExp]>([
    ['a link of 2001 characters', { 'Video URL': { url: `https://e.com/${'x'.repeat(1987)}` } }, /≤ `2000`.*`2001`/],
    ['an empty link', { 'Video URL': { url: '' } }, /≥ `1`/],
    ['a text of 2001 units', { Error: text(`${'x'.repeat(1999)}😀`) }, /content\.length should be ≤ `2000`/],
    ['half a character', { Error: text('\ud83d') }, /not valid text/],
    ['an unknown status', { Status: { status: { name: 'Rendering' } } }, /"Rendering" does not exist/],
    ['another type', { Status: { select: { name: 'Completed' } } }, /Status is expected to be status/],
    ['an unknown property', { Film: { url: 'https://example.com' } }, /Film is not a property that exists/],
  ])('of %s leaves the whole page as it was', async (_what, properties, message) => {
    const pageId = sandbox.notion.createPage();
    const update = notion.pages.update({
      page_id: pageId,
      properties: { 'Thumbnail URL': { url: 'https://example.com/a.webp' }, ...properties },
    });
    await expect(update).rejects.toMatchObject({
      status: 400,
      code: 'validation_error',
      message: expect.stringMatching(message),
    });
    expect(sandbox.notion.page(pageId).values['Thumbnail URL']).toBeNull();
    expect(sandbox.notion.writes()).toEqual([]);
  });

  it('is answered to a wrong token, an unknown version and a page that is not shared', async () => {
    const pageId = sandbox.notion.createPage();
    await expect(clientOf('2026-03-11', 'ntn_invalid').users.me({})).rejects.toMatchObject({
      status: 401,
      code: 'unauthorized',
    });
    await expect(clientOf('2026-04-01').users.me({})).rejects.toMatchObject({ status: 400 });
    sandbox.notion.setShared(pageId, false);
    await expect(notion.pages.retrieve({ page_id: pageId })).rejects.toMatchObject({
      status: 404,
      code: 'object_not_found',
    });
    const answer = await fetch(`${sandbox.notion.baseUrl}/v1/users/me`, { headers: { authorization: 'Bearer ntn_x' } });
    expect(await answer.json()).toMatchObject({
      object: 'error',
      code: 'missing_version',
      request_id: expect.any(String),
    });
  });

  it('comes with Retry-After when the budget of the minute is spent', async () => {
    const { close, notion: pages } = await startSandbox({ notionRequestsPerMinute: 2 });
    const client = new Client({
      auth: pages.token,
      baseUrl: pages.baseUrl,
      notionVersion: '2026-03-11',
      retry: false,
      logger: () => {},
    });
    await client.users.me({});
    await client.users.me({});
    const refused = await client.users.me({}).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      ...{ status: 429, code: 'rate_limited' },
      additional_data: { rate_limit_reason: 'public_api_request_rate_limit' },
      headers: expect.toSatisfy((headers: Headers) => Number(headers.get('retry-after')) <= 60),
    });
    await close();
  });

  it.each([
    ['refuse-409', 409, 'conflict_error'],
    ['refuse-500', 500, 'internal_server_error'],
    ['refuse-502', 502, 'notionhq_client_response_error'],
    ['refuse-529', 529, 'service_overload'],
  ] as const)('can be scripted: %s', async (fault, status, code) => {
    const pageId = sandbox.notion.createPage();
    sandbox.notion.script({ fault, on: 'write', pageId });
    const update = () => notion.pages.update({ page_id: pageId, properties: { Error: text('x') } });
    await notion.pages.retrieve({ page_id: pageId });
    await expect(update()).rejects.toMatchObject({ status, code });
    await update();
    expect(sandbox.notion.writes()).toHaveLength(1);
  });

  it('can be a lost answer: the page is changed', async () => {
    const pageId = sandbox.notion.createPage();
    sandbox.notion.script({ fault: 'lost-answer' });
    await expect(notion.pages.update({ page_id: pageId, properties: { Error: text('x') } })).rejects.toThrow();
    expect(sandbox.notion.page(pageId).values.Error).toBe('x');
  });

  it('of a fault that does not exist comes at once', () => {
    const wrong = JSON.parse('{"fault":"refuse-418"}');
    expect(() => sandbox.notion.script(wrong)).toThrow(/cannot script/);
  });
});
