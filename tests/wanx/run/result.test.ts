import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { toFailure } from '#lib/wanx/run/result.ts';

describe('the failure that is made of anything thrown', () => {
  it.each([
    new Error('GET https://h/v.mp4?Signature=s3cret failed'),
    new ReelError('network', 'the answer was {"token":"s3cret"}'),
    'Bearer s3cret',
  ])('holds no secret: %s', (thrown) => {
    const failure = toFailure(thrown, { spotId: 'a', eraId: 'b' });
    expect(failure).toMatchObject({ success: false, spotId: 'a', eraId: 'b' });
    expect(JSON.stringify(failure)).not.toContain('s3cret');
  });
});
