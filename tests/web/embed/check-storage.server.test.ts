import { afterEach, expect, it, vi } from 'vitest';
import { checkStorage } from '#lib/web/embed/check-storage.server.ts';
import { currentSecrets, redactValue } from '#lib/web/http/redact-value.server.ts';
import { redactedLog } from '#lib/web/http/server-log.server.ts';
import { startFaultProxy } from '../../fixtures/servers/fault-proxy.ts';
import { memoryS3 } from '../../fixtures/servers/memory-s3.ts';

const SECRET = 'secret/value+1';

afterEach(() => vi.unstubAllEnvs());

/** What the log says of a server that answers each request so; undefined: as it should. */
async function said(refusal?: { status: number; code: string }, environment: Record<string, string> = {}) {
  const server = await startFaultProxy(memoryS3().handle);
  if (refusal) server.onRequest(() => ({ kind: 'refuse', ...refusal }));
  const settings = { S3_ENDPOINT: server.url, AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: SECRET };
  for (const [name, value] of Object.entries({ REELKEEP_ASSETS: 's3://films/reel', ...settings, ...environment }))
    vi.stubEnv(name, value);
  const lines: string[] = [];
  const keep = (level: string) => (facts: object, message: string) =>
    void lines.push(`${level}: ${message} ${JSON.stringify(facts)}`);
  const log = { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
  await checkStorage(redactedLog(log));
  await server.close();
  expect(lines.join('\n')).not.toContain(SECRET);
  return lines.join('\n');
}

it.each<[string, Parameters<typeof said>, RegExp]>([
  ['nothing where files stay here', [undefined, { REELKEEP_ASSETS: '' }], /^$/],
  ['nothing of a store that can be used', [], /^$/],
  ['that the bucket is missing', [{ status: 404, code: 'NoSuchBucket' }], /^error: .*There is no bucket films at 127/],
  ['that the key is unknown', [{ status: 403, code: 'InvalidAccessKeyId' }], /^error: .*AWS_ACCESS_KEY_ID/],
  ['that the secret is wrong', [{ status: 403, code: 'SignatureDoesNotMatch' }], /^error: .*AWS_SECRET_ACCESS_KEY/],
  ['that the right to list is missing', [{ status: 403, code: 'AccessDenied' }], /^warn: .*s3:ListBucket/],
  ['that a variable is missing', [undefined, { AWS_SECRET_ACCESS_KEY: '' }], /^error: .*AWS_SECRET_ACCESS_KEY/],
  ['which variable is wrong', [undefined, { S3_ENDPOINT: 'ftp://x' }], /^error: .*S3_ENDPOINT/],
])('says %s', async (_what, call, words) => {
  expect(await said(...call)).toMatch(words);
});

it('masks what is secret of the store in whatever is logged', () => {
  const values = { REELKEEP_ASSETS: 's3://films', AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: SECRET };
  for (const [name, value] of Object.entries({ ...values, AWS_SESSION_TOKEN: 'session-token' }))
    vi.stubEnv(name, value);
  const masked = redactValue({ note: `with ${SECRET} and session-token` }, currentSecrets());
  expect(masked).toEqual({ note: 'with [redacted] and [redacted]' });
});
