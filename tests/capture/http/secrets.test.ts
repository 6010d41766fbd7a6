import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { CaptureProgress, RemoteAsset } from '#lib/capture/capture.server.ts';
import { LinkSecrets } from '#lib/capture/http/secrets.ts';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { answer, raw, redirect, type Step } from '../../fixtures/wire/fault-server.ts';

const it = useCaptureCase();
const SECRET = 'SeCrEt/VaLuE+123=';
const ENCODED = encodeURIComponent(SECRET);

/** What a server may do with the secrets of the request that it was sent. */
const ECHOES: Array<[string, string]> = [
  ['an OSS error', `<Error><Code>X</Code><Message>the value ${SECRET} is wrong</Message></Error>`],
  [
    'an OSS error without a code',
    `<Error><Signature>${SECRET}</Signature><StringToSign>${SECRET}</StringToSign></Error>`,
  ],
  ['JSON', `{"token":"${SECRET}","odd-name":"${ENCODED}"}`],
  ['a login page', `<html>/login?continue=https%3A%2F%2Fb%2Fk%3FSignature%3D${encodeURIComponent(ENCODED)}</html>`],
  ['text of no known form', `you gave me ${SECRET}, then ${ENCODED}`],
  ['text whose end cuts the secret in two', `${'x'.repeat(290)}${SECRET}`],
];

function linkWithSecrets(): Partial<RemoteAsset> {
  return {
    url: it.server.url(`/v.mp4?Expires=99999999999&odd=${ENCODED}&Signature=${ENCODED}`),
    headers: { authorization: `Token ${SECRET}`, 'x-odd': SECRET },
  };
}

/** Everything that an error shows anybody: message, stack, and the whole chain of causes. */
function shown(error: unknown): string {
  return inspect(error, { depth: 9 });
}

describe('the secrets of a link', () => {
  test.each(ECHOES)('are not in the error for %s that repeats them', async (_name, body) => {
    const reports: CaptureProgress[] = [];
    it.server.script(answer(200, body, { 'content-type': `text/plain; odd=${SECRET}` }));
    const error = await it.failure(linkWithSecrets(), { onProgress: (report) => reports.push(report) });
    expect(error.code).toBe('not-a-video');
    expect(reports.some(({ stage }) => stage === 'retrying')).toBe(true);
    // Even the beginning of one would be a help.
    for (const text of [shown(error), JSON.stringify(reports)]) expect(text).not.toMatch(/SeCrEt/);
  });

  const steps: Array<[string, Step]> = [
    ['a content coding', answer(200, 'x', { 'content-encoding': SECRET })],
    ['a redirect to nowhere', redirect(`ftp://h/?x=${SECRET}`)],
    ['a broken header line', raw(`HTTP/1.1 200 OK\r\nContent-Length: ${SECRET}\r\n\r\n`)],
    ['a status text', raw(`HTTP/1.1 418 ${SECRET}\r\nContent-Length: 0\r\n\r\n`)],
  ];
  test.each(steps)('are not in the error for %s that repeats them', async (_name, step) => {
    it.server.script(step);
    const asset = { ...linkWithSecrets(), expiresAt: new Date(it.clock.now() + 5000) };
    expect(shown(await it.failure({ ...asset, url: it.server.url(`/v.mp4?odd=${ENCODED}`) }))).not.toMatch(/SeCrEt/);
  });

  test.each(ECHOES)('that a redirect gave are not in the error for %s that repeats them', async (_name, body) => {
    const reports: CaptureProgress[] = [];
    const hop = redirect(`/hop.mp4?st=1764000000&hash=${ENCODED}`);
    it.server.script((socket, request) => {
      const step = request.target.startsWith('/hop') ? answer(200, body, { 'content-type': 'text/html' }) : hop;
      step(socket, request);
    });
    const error = await it.failure({}, { onProgress: (report) => reports.push(report) });
    expect(error.code).toBe('not-a-video');
    expect(reports.some(({ stage }) => stage === 'retrying')).toBe(true);
    for (const text of [shown(error), JSON.stringify(reports)]) expect(text).not.toMatch(/SeCrEt/);
  });

  test('are not in the error of a refresh that repeats them, nor are those of the fresh link', async () => {
    it.server.script(answer(403), answer(200, 'fresh-s3cret-value', { 'content-type': 'text/plain' }));
    const refresh = async () => it.server.url('/v.mp4?odd=fresh-s3cret-value');
    expect(shown(await it.failure({ ...linkWithSecrets(), refresh }))).not.toContain('s3cret');
    it.server.script(answer(403));
    const failing = async () => Promise.reject(new Error(`GET v.mp4 with ${SECRET} failed`));
    const asset = { url: it.server.url(`/v.mp4?odd=${ENCODED}`), expiresAt: new Date(it.clock.now()) };
    expect(shown(await it.failure({ ...asset, refresh: failing }))).not.toMatch(/SeCrEt/);
  });
});

describe('LinkSecrets', () => {
  test.each([
    ['?a=s3cret-value', 'it was s3cret-value!', 'it was …!'],
    [
      '?a=s3cret%2Fvalue',
      'plain s3cret/value, sent s3cret%2Fvalue, again s3cret%252Fvalue',
      'plain …, sent …, again …',
    ],
    ['?a=s3cret+value', 's3cret value', '…'],
    ['?a=s3cret-%E4-value', 's3cret-%E4-value', '…'],
    ['?a=s3cret-val&b=s3cret-value', 's3cret-value s3cret-val', '… …'],
    ['?s3cret-value', 's3cret-value', '…'],
    ['?a=1&b=mp4', '1 mp4 file', '1 mp4 file'],
    ['', 'nothing', 'nothing'],
  ])('%s: %s', (search, text, expected) => {
    const secrets = new LinkSecrets();
    secrets.addUrl(`https://h/v.mp4${search}`);
    expect(secrets.clean(text)).toBe(expected);
  });

  test('forgets those of redirects with the next request, and no others', () => {
    const secrets = new LinkSecrets();
    secrets.addUrl('https://h/v.mp4?a=s3cret-value');
    secrets.addHop('https://h/v.mp4?a=h1dden-value');
    expect(secrets.clean('s3cret-value, h1dden-value')).toBe('…, …');
    secrets.forgetHops();
    expect(secrets.clean('s3cret-value, h1dden-value')).toBe('…, h1dden-value');
  });

  test('knows the word behind the scheme of a header', () => {
    const secrets = new LinkSecrets();
    secrets.addHeaders([['authorization', 'Bearer s3cret-value']]);
    expect(secrets.clean('token s3cret-value')).toBe('token …');
  });

  test('leaves an error alone that holds none', () => {
    const error = new Error('harmless', { cause: new Error('too') });
    expect(new LinkSecrets().cleanError(error)).toBe(error);
  });
});
