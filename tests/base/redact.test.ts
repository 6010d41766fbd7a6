import { describe, expect, it } from 'vitest';
import { redactText, redactUrl } from '#lib/base/redact.ts';

describe('redactUrl', () => {
  it.each([
    ['https://oss.example.com/a/b.mp4?Expires=1&Signature=s3cret', 'https://oss.example.com/a/b.mp4?…'],
    ['https://user:s3cret@example.com:8443/a#s3cret', 'https://example.com:8443/a'],
    ['postgres://app:s3cret@db:5432/reelkeep', 'postgres://db:5432/reelkeep'],
    ['oss://bucket/key', 'oss://bucket/key'],
    ['data:image/png;base64,s3cret', 'data:…'],
    ['not a url s3cret', '(unreadable URL)'],
    ['', '(unreadable URL)'],
  ])('%s becomes %s', (url, expected) => {
    expect(redactUrl(url)).toBe(expected);
  });

  it('takes a URL object', () => {
    expect(redactUrl(new URL('http://h/p?q=s3cret'))).toBe('http://h/p?…');
  });
});

describe('redactText', () => {
  it.each([
    ['GET https://h/v.mp4?Signature=s3cret failed', 'GET https://h/v.mp4?… failed'],
    ['{"url":"https://h/v.mp4?Signature=s3cret","n":1}', '{"url":"https://h/v.mp4?…","n":1}'],
    ['{"url":"https:\\/\\/h\\/v.mp4?Signature=s3cret"}', '{"url":"https://h/v.mp4?…"}'],
    ['two: HTTP://a/?k=s3cret and http://b/?k=s3cret', 'two: http://a/?… and http://b/?…'],
    ['Authorization: Bearer s3cret.s3cret-_~+/=', 'Authorization: Bearer …'],
    ['authorization: bearer s3cret', 'authorization: bearer …'],
    ['Authorization: Basic czNjcmV0', 'Authorization: Basic …'],
    ['Authorization: Key 1a2b-3c:s3cret', 'Authorization: Key …'],
    ['Incorrect API key: sk-s3cret123.', 'Incorrect API key: sk-….'],
    ['/v.mp4?Expires=1&OSSAccessKeyId=s3cret&Signature=s3cret%3D', '/v.mp4?Expires=1&OSSAccessKeyId=…&Signature=…'],
    ['?X-Amz-Credential=s3cret&X-Amz-Signature=s3cret', '?X-Amz-Credential=…&X-Amz-Signature=…'],
    ['x-oss-signature=s3cret&x-oss-date=1', 'x-oss-signature=…&x-oss-date=1'],
  ])('%s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it.each(['The task-abc1 failed: disk-full', 'ratio 16:9, 12:30:01', 'the key is missing', 'design=round'])(
    'leaves alone: %s',
    (text) => {
      expect(redactText(text)).toBe(text);
    },
  );

  it('takes no longer than the text deserves', () => {
    // Quadratic, these would not end within the test's time.
    for (const text of ['a.'.repeat(500_000), 'https:/'.repeat(200_000), 'key '.repeat(300_000)]) {
      expect(redactText(text)).toHaveLength(text.length);
    }
  });
});
