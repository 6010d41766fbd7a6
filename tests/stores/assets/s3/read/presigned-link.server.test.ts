import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { presignedLink } from '#lib/stores/assets/s3/read/presigned-link.server.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const DAY_SECONDS = 24 * 3600;

/** @param leftSeconds that the credentials still live */
async function link(options: Parameters<typeof presignedLink>[2] = {}, leftSeconds?: number): Promise<URL> {
  const expiration = leftSeconds === undefined ? {} : { expiration: new Date(NOW_MS + leftSeconds * 1000) };
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret', ...expiration };
  const client = new S3Client({
    ...{ endpoint: 'http://store.test', region: 'us-east-1', forcePathStyle: true },
    // A function, so that the SDK does not ask for new ones when these have expired.
    credentials: async () => credentials,
  });
  return presignedLink(client, { bucket: 'films', key: 'reel/rome.mp4' }, options, NOW_MS);
}

describe('a presigned link', () => {
  it('leads to one object, and says nothing of the secret', async () => {
    const { pathname, searchParams, href } = await link();
    expect([pathname, searchParams.get('X-Amz-Signature')]).toEqual([
      '/films/reel/rome.mp4',
      expect.stringMatching(/^[\da-f]{64}$/),
    ]);
    expect(href).not.toContain('secret');
  });

  it.each<[string, number | undefined, number | undefined, number]>([
    ['an hour where nothing is said', undefined, undefined, 3600],
    ['as long as is asked', 90.9, undefined, 90],
    ['a week at most', 30 * DAY_SECONDS, undefined, 7 * DAY_SECONDS],
    ['no longer than the credentials', 3600, 600.5, 600],
    ['a second of credentials that have expired', 3600, -5, 1],
  ])('lives %s', async (_what, expiresInSeconds, leftSeconds, wanted) => {
    const { searchParams } = await link({ expiresInSeconds }, leftSeconds);
    expect(searchParams.get('X-Amz-Expires')).toBe(String(wanted));
  });

  it.each([
    ['rome.mp4', `attachment; filename="rome.mp4"; filename*=UTF-8''rome.mp4`],
    [
      'Köln "1900"; 50%.mp4',
      `attachment; filename="K_ln _1900_; 50_.mp4"; filename*=UTF-8''K%C3%B6ln%20%221900%22%3B%2050%25.mp4`,
    ],
    ["it's (1)*.mp4", `attachment; filename="it's (1)*.mp4"; filename*=UTF-8''it%27s%20%281%29%2a.mp4`],
    ['half \ud83d.mp4', `attachment; filename="half _.mp4"; filename*=UTF-8''half%20%EF%BF%BD.mp4`],
  ])('has the object saved as %j', async (downloadAs, wanted) => {
    const { searchParams } = await link({ downloadAs });
    expect(searchParams.get('response-content-disposition')).toBe(wanted);
  });
});
