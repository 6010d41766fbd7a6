import { describe, expect, it } from 'vitest';
import { keyOnRecord, requestedPlace } from '#lib/web/videos/request-place.server.ts';
import { videoRecord, videoShelf } from '../../fixtures/records/video-shelf.ts';

const OWN = { spotId: 'my-place', eraId: 'then' };

describe('the key of a path', () => {
  it.each([
    ['of the catalogue', 'eiffel-tower', '1900'],
    ['on record outside of it', OWN.spotId, OWN.eraId],
  ])('is taken %s', async (_name, spotId, eraId) => {
    videoShelf().record(videoRecord(OWN));
    expect(await keyOnRecord(spotId, eraId)).toEqual({ spotId, eraId });
  });

  it.each([
    ['my-place', 'now', /^There is no spot "my-place"\. Near matches: .+\.$/],
    ['eifel-tower', '1900', /Near matches: eiffel-tower/],
    ['eiffel-tower', 'then', /^Eiffel Tower has no era "then"\. Near matches: .+\.$/],
    ['my-place/then', '', /^There is no spot "my-place\?then"/],
    ['../my-place', 'then', /^There is no spot/],
    ['My-Place', 'then', /^There is no spot/],
    ['__proto__', 'constructor', /^There is no spot/],
    ['my-place\0', 'then', /^There is no spot/],
    ['x'.repeat(9999), 'then', /^There is no spot "x{64}…"/],
  ])('is not found: %j/%j', async (spotId, eraId, message) => {
    videoShelf().record(videoRecord(OWN));
    const problem = { problem: 'not-found', message: expect.stringMatching(message) };
    await expect(keyOnRecord(spotId, eraId)).rejects.toEqual(expect.objectContaining(problem));
  });

  it('is no place where anything can be ordered', () => {
    videoShelf().record(videoRecord(OWN));
    expect(() => requestedPlace(OWN.spotId, OWN.eraId)).toThrow(expect.objectContaining({ problem: 'not-found' }));
  });
});
