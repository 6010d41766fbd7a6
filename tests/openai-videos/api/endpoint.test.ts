import { describe, expect, it } from 'vitest';
import { endpointName, endpointOf } from '#lib/openai-videos/api/endpoint.ts';

const WITH_KEY = { sendsKey: true, allowPlainHttp: false };

describe('the base URL', () => {
  it.each([
    ['http://localhost:8000', 'http://localhost:8000/v1'],
    ['http://127.0.0.1:8000/', 'http://127.0.0.1:8000/v1'],
    ['http://[::1]:8000/v1/', 'http://[::1]:8000/v1'],
    ['http://10.0.0.5:8000/v1', 'http://10.0.0.5:8000/v1'],
    ['http://vllm:8000', 'http://vllm:8000/v1'],
    ['http://vllm.internal/v1', 'http://vllm.internal/v1'],
    ['https://gateway.example/openai/v1', 'https://gateway.example/openai/v1'],
    ['https://gateway.example/v1/videos', 'https://gateway.example/v1'],
    [' https://gateway.example ', 'https://gateway.example/v1'],
  ])('%s is used as %s', (given, expected) => {
    expect(endpointOf(given, WITH_KEY)).toBe(expected);
  });

  it.each([
    [undefined, /retired.*OPENAI_VIDEOS_BASE_URL.*sandbox/],
    ['https://api.openai.com/v1', /retired the API on 2026-09-24.*OPENAI_VIDEOS_BASE_URL/],
    ['https://API.OpenAI.com.', /retired/],
    ['https://eu.api.openai.com/v1', /retired/],
    ['ftp://videos.example', /http\(s\)/],
    ['videos.example', /http\(s\)/],
    ['https://user:secret@videos.example', /must not contain/],
    ['https://videos.example/v1?key=secret', /must not contain/],
    ['http://videos.example/v1', /unencrypted/],
  ])('%s is refused', (given, message) => {
    expect(() => endpointOf(given, WITH_KEY)).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringMatching(message) }),
    );
  });

  it('may be plain http to anywhere without a key, or by the setting', () => {
    expect(endpointOf('http://videos.example', { sendsKey: false, allowPlainHttp: false })).toBe(
      'http://videos.example/v1',
    );
    expect(endpointOf('http://videos.example', { sendsKey: true, allowPlainHttp: true })).toBe(
      'http://videos.example/v1',
    );
  });

  it('names one place for all servers of this machine', () => {
    expect(endpointName('http://127.0.0.1:4000/v1')).toBe(endpointName('http://localhost:5000/v1'));
    expect(endpointName('https://a.example/v1')).not.toBe(endpointName('https://a.example/x/v1'));
  });
});
