import { describe, expect, it } from 'vitest';
import { addressesOf, endpointName, endpointOf } from '#lib/fal/api/endpoint.ts';

const OWN = 'https://queue.fal.run';
const STRICT = { allowPlainHttp: false };

describe('endpointOf', () => {
  it.each([
    [OWN, undefined, { queueUrl: OWN, apiUrl: 'https://api.fal.ai', isOwn: true }],
    [`${OWN}/`, 'https://api.fal.ai/v1/', { queueUrl: OWN, apiUrl: 'https://api.fal.ai' }],
    // Anybody's gateway: its history is asked for only where it is named.
    ['https://gateway.example/fal', undefined, { apiUrl: undefined, isOwn: false }],
    ['https://gateway.example/fal/', 'https://g.example/api', { apiUrl: 'https://g.example/api' }],
    ['https://queue.fal.run.evil.example', undefined, { apiUrl: undefined, isOwn: false }],
    ['http://10.0.0.5:8000', undefined, { queueUrl: 'http://10.0.0.5:8000' }],
  ])('%s with %s', (queue, api, endpoint) => {
    expect(endpointOf(queue, api, STRICT)).toMatchObject(endpoint);
  });

  it.each([
    ['ftp://x', undefined, /http\(s\)/],
    ['http://queue.fal.run', undefined, /https/],
    ['https://me:secret@queue.fal.run', undefined, /user/],
    [OWN, 'http://api.fal.ai', /FAL_API_BASE_URL/],
  ])('refuses %s, %s', (queue, api, message) => {
    expect(() => endpointOf(queue, api, STRICT)).toThrow(message);
  });
});

describe('addressesOf', () => {
  const own = endpointOf(OWN, undefined, STRICT);
  const gateway = endpointOf('https://g.example/fal', undefined, STRICT);
  const request = { modelId: 'fal-ai/veo3/fast', requestId: 'a/b' };

  it('builds them of the first parts of an id', () => {
    const base = `${OWN}/fal-ai/veo3/requests/a%2Fb`;
    expect(addressesOf(own, request)).toEqual({
      ...{ statusUrl: `${base}/status`, responseUrl: base, cancelUrl: `${base}/cancel` },
    });
    const workflow = { modelId: 'workflows/me/film/x', requestId: 'r' };
    expect(addressesOf(own, workflow).responseUrl).toBe(`${OWN}/workflows/me/film/requests/r`);
  });

  it.each([
    [own, 'https://eu.queue.fal.run/x', true],
    [own, `${OWN}/x`, true],
    [own, 'https://evil.example/x', false],
    [own, 'http://queue.fal.run/x', false],
    [gateway, 'https://g.example/other', true],
    [gateway, `${OWN}/x`, false],
  ])('%# takes %s only where the key may go: %s', (endpoint, responseUrl, isTaken) => {
    expect(addressesOf(endpoint, request, { responseUrl }).responseUrl === responseUrl).toBe(isTaken);
  });
});

it('names every server of this machine alike', () => {
  expect(endpointName('http://127.0.0.1:99/fal')).toBe(endpointName('http://localhost:4/fal'));
  expect(endpointName(OWN)).toBe(OWN);
});
