import { describe, expect, it } from 'vitest';
import { whyNoFilm } from '#lib/components/words/film-failure.ts';

const DEFAULT = 'The film is saved, but this browser could not load it.';
const answer = (response: Response) => whyNoFilm('/videos/a.mp4', async () => response);

describe('a film that does not play', () => {
  it('says what the server says of its file', async () => {
    const detail = 'The file was replaced by a link, which is not served.';
    expect(await answer(Response.json({ detail }, { status: 404 }))).toBe(detail);
  });

  it('is asked for here only: of a link to elsewhere it is said what may be', async () => {
    const never: typeof fetch = () => Promise.reject(new Error('asked'));
    expect(await whyNoFilm('https://films.example/a.mp4', never)).toMatch(/link may have expired/);
  });

  it.each([
    ['is served', () => answer(new Response('x', { status: 206 }))],
    ['has no reason', () => answer(Response.json({}, { status: 500 }))],
    ['has a page for an answer', () => answer(new Response('<html>', { status: 502 }))],
    ['is out of reach', () => whyNoFilm('/videos/a.mp4', async () => Promise.reject(new TypeError('no')))],
  ])('and %s is not explained', async (_name, ask) => expect(await ask()).toBe(DEFAULT));
});
