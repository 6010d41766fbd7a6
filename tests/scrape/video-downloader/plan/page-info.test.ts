import { describe, expect, it } from 'vitest';
import { onlyVideoOf, planOf, readPage, uploadedAtOf } from '#lib/scrape/video-downloader/plan/page-info.ts';

const page = (fields: object) => readPage(JSON.stringify({ id: 'a', extractor_key: 'Site', ...fields }));
const MOST = 1000;

describe('what a page leads to', () => {
  it('is its video', () => {
    expect(onlyVideoOf(page({ _type: 'video' }))).toBe('itself');
    expect(onlyVideoOf(page({}))).toBe('itself');
  });

  it.each([['playlist'], ['multi_video']])('is nothing for a %s of several', (_type) => {
    const entries = [{ url: 'https://a.example/1' }, { url: 'https://a.example/2' }];
    expect(() => onlyVideoOf(page({ _type, entries }))).toThrowError(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining('several videos') }),
    );
  });

  it('is the one entry of a list, as for an article with one player', () => {
    const entries = [{ _type: 'url', url: 'https://a.example/1' }];
    expect(onlyVideoOf(page({ _type: 'playlist', entries }))).toEqual({ url: 'https://a.example/1' });
  });

  it('is nothing for an empty list', () => {
    expect(() => onlyVideoOf(page({ _type: 'playlist', entries: [] }))).toThrowError(
      expect.objectContaining({ code: 'not-found' }),
    );
  });

  it.each([['ytsearch:cats'], ['file:///etc/passwd'], ['rtmp://a.example/x']])('is refused for %s', (url) => {
    expect(() => onlyVideoOf(page({ _type: 'url', url }))).toThrowError(expect.objectContaining({ code: 'rejected' }));
  });
});

describe('the plan', () => {
  it('knows the files and what they promise', () => {
    const requested_formats = [
      { format_id: '137', vcodec: 'avc1.640028', acodec: 'none', filesize: 600 },
      { format_id: '140', vcodec: 'none', acodec: 'mp4a.40.2', filesize_approx: 55.5 },
    ];
    expect(planOf(page({ requested_formats }).info, MOST)).toEqual({
      sizes: [600, 55.5],
      announcesAudio: true,
      identity: 'Site a 137:600 140:',
    });
  });

  it('promises sound where a part has no pictures, though nobody tells its codec', () => {
    const requested_formats = [
      { format_id: 'v', vcodec: 'avc1', acodec: 'none' },
      { format_id: 'a', vcodec: 'none', acodec: null },
    ];
    expect(planOf(page({ requested_formats }).info, MOST).announcesAudio).toBe(true);
  });

  it('promises no sound where the site says nothing of it, or that there is none', () => {
    expect(planOf(page({ format_id: 'x', vcodec: null, acodec: null }).info, MOST).announcesAudio).toBe(false);
    expect(planOf(page({ format_id: 'x', vcodec: 'vp9', acodec: 'none' }).info, MOST).announcesAudio).toBe(false);
  });

  it('refuses what is too large together, before anything is fetched', () => {
    const requested_formats = [{ filesize: 600 }, { filesize: 500 }];
    expect(() => planOf(page({ requested_formats }).info, MOST)).toThrowError(
      expect.objectContaining({ code: 'too-large' }),
    );
  });

  it.each([['rtmp'], ['rtmpe'], ['mms'], ['rtsp'], ['ism'], ['f4m'], ['websocket_frag']])('refuses %s', (protocol) => {
    const requested_formats = [{ protocol: 'https' }, { protocol }];
    expect(() => planOf(page({ requested_formats }).info, MOST)).toThrowError(
      expect.objectContaining({ code: 'rejected', message: expect.stringContaining(protocol) }),
    );
  });

  it.each([['https'], ['http'], ['m3u8_native'], ['m3u8'], ['http_dash_segments']])('takes %s', (protocol) => {
    expect(() => planOf(page({ protocol }).info, MOST)).not.toThrow();
  });

  it('does not refuse what is only estimated', () => {
    expect(planOf(page({ filesize_approx: 5000 }).info, MOST).sizes).toEqual([5000]);
  });

  it('has another identity for another format or size', () => {
    const identities = [{ format_id: '1' }, { format_id: '2' }, { format_id: '2', filesize: 7 }].map(
      (fields) => planOf(page(fields).info, MOST).identity,
    );
    expect(new Set(identities).size).toBe(3);
  });
});

describe('a description', () => {
  it.each([[''], ['null'], ['[1]'], ['no JSON']])('that is none (%s) is a fault of yt-dlp', (output) => {
    expect(() => readPage(output)).toThrowError(expect.objectContaining({ code: 'provider-failed' }));
  });

  it('may have anything in fields that are not needed', () => {
    const { info } = page({ title: 5, timestamp: 'x', requested_formats: 'none', filesize: -1 });
    expect(info).toMatchObject({ id: 'a' });
    expect(info.title).toBeUndefined();
  });

  it.each([
    [{ timestamp: 1_700_000_000 }, '2023-11-14T22:13:20.000Z'],
    [{ upload_date: '20240229' }, '2024-02-29'],
    [{ timestamp: 1e300, upload_date: '20240229' }, '2024-02-29'],
    [{ upload_date: 'soon' }, undefined],
    [{}, undefined],
  ])('tells when it was uploaded: %j', (fields, expected) => {
    expect(uploadedAtOf(page(fields).info)).toBe(expected);
  });
});
