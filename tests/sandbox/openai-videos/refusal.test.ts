import { expect, it } from 'vitest';
import { errorBody, invalid, noSuchVideo, usualRefusal } from '#lib/sandbox/openai-videos/refusal.ts';

it.each([
  [usualRefusal(401), 401, { type: 'invalid_request_error', param: null, code: 'invalid_api_key' }],
  [usualRefusal(429), 429, { type: 'requests', param: null, code: 'rate_limit_exceeded' }],
  [usualRefusal(502), 502, { type: 'server_error', param: null, code: null }],
  [
    invalid('size', 'No.'),
    400,
    { message: 'No.', type: 'invalid_request_error', param: 'size', code: 'invalid_value' },
  ],
  [invalid('size', 'No.', null), 400, { param: 'size', code: null }],
  [noSuchVideo('video_1'), 404, { message: "Video with id 'video_1' not found.", param: null, code: null }],
])('%o has the body that the API documents', (refusal, status, error) => {
  expect(refusal.status).toBe(status);
  expect(errorBody(refusal)).toMatchObject({ error });
});
