import { describe, expect, it } from 'vitest';
import { changeVersion, fetchVersions } from '#lib/components/live/version-changes.ts';
import { view } from '../../fixtures/records/video-views.ts';

const ready = view({ state: 'ready' });

function server(...answers: Array<Response | Error>) {
  const calls: string[] = [];
  const fetcher: typeof fetch = async (url, init) => {
    calls.push(`${init?.method ?? 'GET'} ${url}`);
    const answer = answers[calls.length - 1] ?? new Error('nobody there');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { calls, fetcher };
}

describe('a change of a version', () => {
  it.each([
    ['restore', 2, 'POST /api/videos/a/b/versions/2'],
    ['undo', 2, 'POST /api/videos/a/b/undo-delete?version=2'],
    ['undo', undefined, 'POST /api/videos/a/b/undo-delete'],
  ] as const)('is one request that answers with the video: %s %s', async (kind, version, call) => {
    const { calls, fetcher } = server(Response.json(ready));
    expect(await changeVersion(kind, 'a/b', version, fetcher)).toEqual({ ok: true, view: ready });
    expect(calls).toEqual([call]);
  });

  it('asks for the video after a deletion, which answers with the list', async () => {
    const { calls, fetcher } = server(Response.json({ versions: [], deleted: [] }), Response.json(ready));
    expect(await changeVersion('delete', 'a/b', 3, fetcher)).toEqual({ ok: true, view: ready });
    expect(calls).toEqual(['DELETE /api/videos/a/b/versions/3', 'GET /api/videos/a/b']);
  });

  it('is deleted also where the video cannot be asked for afterwards', async () => {
    const { fetcher } = server(Response.json({ versions: [], deleted: [] }));
    expect(await changeVersion('delete', 'a/b', 3, fetcher)).toEqual({ ok: true });
  });

  it('says why it was refused', async () => {
    const { fetcher } = server(Response.json({ detail: 'A new film is under way.', code: 'busy' }, { status: 409 }));
    const problem = { message: 'A new film is under way.', code: 'busy', status: 409 };
    expect(await changeVersion('delete', 'a/b', 3, fetcher)).toEqual({ ok: false, problem });
  });

  it('does not claim to know what was done where nobody answers', async () => {
    const outcome = await changeVersion('restore', 'a/b', 1, server().fetcher);
    expect(outcome).toMatchObject({ ok: false, problem: { message: expect.stringContaining('not certain') } });
  });
});

describe('the list of versions', () => {
  it('is asked for by the key of the video', async () => {
    const list = { key: 'a/b', spotId: 'a', eraId: 'b', versions: [], deleted: [] };
    const { calls, fetcher } = server(Response.json(list));
    expect(await fetchVersions('a/b', fetcher)).toEqual(list);
    expect(calls).toEqual(['GET /api/videos/a/b/versions']);
  });

  it('fails where the server does', async () => {
    await expect(fetchVersions('a/b', server(Response.json({}, { status: 500 })).fetcher)).rejects.toThrow('500');
  });
});
