import { describe, expect, it } from 'vitest';
import { redactLinksOf, redactText, redactUrl } from '#lib/base/redact.ts';

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

describe('redactLinksOf', () => {
  it.each([
    ['https://h/me.png?X-Amz-Signature=s3cret', 'https://h/me.png?…'],
    // No end of a link where text would have one.
    [" https://h/me.png?name='a b'&Signature=s3cret", 'https://h/me.png?…'],
    ['https://h/https%3A%2F%2Fi%2Fme.png%3FSignature=s3cret', 'https://h/https://i/me.png?…'],
    ['data:image/png;base64,s3cret', 'data:…'],
    ['as in http://h/a?Signature=s3cret, but by night', 'as in http://h/a?… but by night'],
    ['data: a basic wooden hut, password: swordfish', 'data: a basic wooden hut, password: swordfish'],
  ])('%s becomes %s, wherever it is', (text, expected) => {
    const fields = { text, list: [text, 1, null], inner: { deeper: [{ text }] } };
    const clean = { text: expected, list: [expected, 1, null], inner: { deeper: [{ text: expected }] } };
    expect(redactLinksOf(fields)).toEqual(clean);
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
    ['API token ntn_123abcDEF456 or secret_abcDEF123456 is invalid.', 'API token ntn_… or secret_… is invalid.'],
    ['Incorrect API key: sk-s3cret123.', 'Incorrect API key: sk-….'],
    ['/v.mp4?Expires=1&OSSAccessKeyId=s3cret&Signature=s3cret%3D', '/v.mp4?Expires=1&OSSAccessKeyId=…&Signature=…'],
    ['?X-Amz-Credential=s3cret&X-Amz-Signature=s3cret', '?X-Amz-Credential=…&X-Amz-Signature=…'],
    ['x-oss-signature=s3cret&x-oss-date=1', 'x-oss-signature=…&x-oss-date=1'],
    ['Set-Cookie: session=s3cret; Path=/\nthe rest', 'Set-Cookie: …\nthe rest'],
    ['token eyJhbGciOiJI.s3cret.s3cret expired', 'token … expired'],
  ])('%s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it.each([
    ['continue=https%3A%2F%2Fb.oss%2Fk.mp4%3FExpires%3D1%26Signature%3Ds3cret', 'continue=https://b.oss/k.mp4?…'],
    ['url=https%3A%2F%2Fh%2Fk%3FSignature%3Ds3cret&next=1', 'url=https://h/k?…&next=1'],
    ['u=https%253A%252F%252Fh%252Fk%253FSignature%253Ds3cret', 'u=https://h/k?…'],
    ['u=https%3a%2f%2fuser:s3cret%40h%2fk', 'u=https://h/k'],
    ['u=https:%2F%2Fh%2Fk%3FSignature%3Ds3cret', 'u=https://h/k?…'],
    ['u=https%3A%2F%2Fh%2Fk%3Fx%3D%E4%s3cret', 'u=(unreadable URL)'],
    ['?q=%3FSignature%3Ds3cret%26Expires%3D1', '?q=%3FSignature%3D…%26Expires%3D1'],
    ['a%26OSSAccessKeyId%3Ds3cret%26Signature%3Ds3%2Bcret', 'a%26OSSAccessKeyId%3D…%26Signature%3D…'],
    ['a%2526Signature%253Ds3cret%2526Expires%253D1', 'a%2526Signature%253D…%2526Expires%253D1'],
  ])('percent-encoded: %s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it.each([
    ['<Signature>s3cret</Signature>', '<Signature>…</Signature>'],
    ['<SignatureProvided>s3cret</SignatureProvided>', '<SignatureProvided>…</SignatureProvided>'],
    ['<StringToSign>GET\n\n1\n/b/s3cret</StringToSign>', '<StringToSign>…</StringToSign>'],
    [
      '<AWSAccessKeyId>s3cret</AWSAccessKeyId><HostId>h</HostId>',
      '<AWSAccessKeyId>…</AWSAccessKeyId><HostId>h</HostId>',
    ],
    ['{"token":"s3cret","n":1}', '{"token":"…","n":1}'],
    ['{"access_token": "s3cret"}', '{"access_token": "…"}'],
    ['{"password":"s3cret words"}', '{"password":"…"}'],
    ['{"body":"{\\"token\\":\\"s3cret\\"}"}', '{"body":"{\\"token\\":\\"…\\"}"}'],
    ['{"secret":53,"n":1}', '{"secret":…,"n":1}'],
    ["sig: 's3cret'", "sig: '…'"],
    ['Signature: s3cretABCDEFGHIJKL', 'Signature: …'],
    ['h/p?Key-Pair-Id=s3cret&Policy=s3cret~_', 'h/p?Key-Pair-Id=…&Policy=…'],
    ['cdn.example.com/p?auth_key=1-0-0-s3cret', 'cdn.example.com/p?auth_key=…'],
    ['//cdn.example.com/p?token=s3cret', '//cdn.example.com/p?token=…'],
    ['/p?hdnts=s3cret', '/p?hdnts=…'],
    ['/b/k.mp4?Expires=1&amp;Signature=s3cret%3D</html>', '/b/k.mp4?Expires=1&amp;Signature=…</html>'],
    ["signature = 's3cret'", "signature = '…'"],
  ])('%s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it.each([
    'The task-abc1 failed: disk-full',
    'ratio 16:9, 12:30:01',
    'the key is missing',
    'design=round',
    'max_tokens=100, token_count=5',
    'Invalid token: ask for a new one.',
    'Content policy: the prompt was refused.',
    'Set DASHSCOPE_API_KEY: see the console.',
    '50%26 more',
  ])('leaves alone: %s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('gives the same when it is done twice', () => {
    const text = 'GET https://h/k?x=s3cret and {"token":"s3cret"}, /p?sig=s3cret, <Signature>s3cret</Signature>';
    expect(redactText(redactText(text))).toBe(redactText(text));
  });

  it('takes no longer than the text deserves', () => {
    // Quadratic, these would not end within the test's time.
    const hostile = ['a.', 'https:/', 'key ', 'a-', 'token', 'a%3A%2F', '"token" ', 'token:', '<token'];
    for (const piece of hostile) {
      const text = piece.repeat(300_000 / piece.length);
      expect(redactText(text)).toHaveLength(text.length);
    }
  });
});
