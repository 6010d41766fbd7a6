import type { RequestEvent } from '@sveltejs/kit';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { serverLog } from '#lib/web/http/log.server.ts';
import { gate } from '#lib/web/server/gate.server.ts';
import { visit } from '../../fixtures/app/visit.ts';
import { videoShelf } from '../../fixtures/records/video-shelf.ts';

const log = { info: vi.fn(), error: vi.fn(), debug: vi.fn() };
vi.mock('#lib/web/http/log.server.ts', () => ({ serverLog: vi.fn() }));
beforeEach(() => {
  vi.clearAllMocks();
  // Only these levels are used here.
  vi.mocked(serverLog).mockReturnValue(log as unknown as ReturnType<typeof serverLog>);
});

const page = () => new Response('<p>', { headers: { 'content-type': 'text/html' } });

/** What comes of a request, and whether the app behind the gate was asked. */
async function pass({ path = '/', routeId = '/' as string | null, headers = {}, answer = page, method = 'GET' } = {}) {
  videoShelf();
  let isAsked = false;
  const visitor = visit(headers, { path });
  const request = new Request(visitor.request, { method });
  // Only these parts of SvelteKit's event are looked at.
  const event = { ...visitor, request, route: { id: routeId }, locals: {} } as unknown as RequestEvent;
  const response = await gate({
    event,
    resolve: async () => {
      isAsked = true;
      return answer();
    },
  });
  return { response, isAsked, requestId: event.locals.requestId };
}

describe('the gate', () => {
  it('lets a page follow the links that take the place of its films, where settings say so', async () => {
    const policy = "default-src 'none'; media-src 'self'";
    const answer = () =>
      new Response('<p>', { headers: { 'content-type': 'text/html', 'content-security-policy': policy } });
    const policyOf = async () => (await pass({ answer })).response.headers.get('content-security-policy');
    expect(await policyOf()).toBe(policy);
    const store = { REELKEEP_ASSETS: 's3://films', S3_ENDPOINT: 'https://s3.example.com', S3_FORCE_PATH_STYLE: '1' };
    const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', REELKEEP_PLAYBACK: 'redirect' };
    for (const [name, value] of Object.entries({ ...store, ...keys })) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await policyOf()).toBe("default-src 'none'; media-src 'self' https://s3.example.com");
  });

  it('names every request, and secures every answer', async () => {
    const { response, requestId, isAsked } = await pass();
    expect(isAsked).toBe(true);
    expect(response.headers.get('x-request-id')).toBe(requestId);
    expect(response.headers.get('x-frame-options')).toBe('DENY');
  });

  it('lets nothing through that another site has sent', async () => {
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const { response, isAsked } = await pass({ path: '/api/videos', method: 'POST', headers });
    expect([response.status, isAsked]).toEqual([403, false]);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-frame-options')).toBe('DENY');
  });

  it.each([
    ['/api/none', 404],
    ['/videos/none.mp4', 404],
    ['/api/%E0%A4', 400],
  ])('answers %s, where there are no pages, with a problem', async (path, status) => {
    const { response, isAsked } = await pass({ path, routeId: null });
    expect([response.status, isAsked]).toEqual([status, false]);
    expect(await response.json()).toMatchObject({ status });
  });

  it('leaves a page that there is not to the app', async () => {
    expect((await pass({ path: '/none', routeId: null })).isAsked).toBe(true);
  });

  it('turns a refusal of SvelteKit into a problem, and keeps what it allows', async () => {
    const answer = () => new Response('PUT method not allowed', { status: 405, headers: { allow: 'GET, POST' } });
    const { response } = await pass({ path: '/api/videos', routeId: '/api/videos', answer });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  it('leaves a problem of ours as it is', async () => {
    const answer = () => Response.json({ mine: 1 }, { status: 409 });
    const { response } = await pass({ path: '/api/videos', routeId: '/api/videos', answer });
    expect(await response.json()).toEqual({ mine: 1 });
  });

  it('writes one line for a request, without the query', async () => {
    const { requestId } = await pass({ path: '/?Signature=s3cret' });
    expect(log.info).toHaveBeenCalledExactlyOnceWith(
      { requestId, method: 'GET', path: '/', status: 200, ms: expect.any(Number) },
      'request',
    );
  });

  it.each<[string, number, 'info' | 'error' | 'debug']>([
    ['/videos/[file]', 206, 'debug'],
    ['/videos/[file]', 404, 'info'],
    ['/api/videos', 500, 'error'],
  ])('writes what comes of %s with %i as %s', async (routeId, status, level) => {
    await pass({ path: '/videos/a.mp4', routeId, answer: () => Response.json({}, { status }) });
    expect(log[level]).toHaveBeenCalledTimes(1);
  });
});
