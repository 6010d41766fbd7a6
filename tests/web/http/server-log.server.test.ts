import { expect, it, vi } from 'vitest';
import { redactedLog, SILENT_LOG } from '#lib/web/http/server-log.server.ts';

it('a log of the app gets no secrets, in facts or in errors', () => {
  vi.stubEnv('REELKEEP_ADMIN_TOKEN', 'a-token-of-the-admin');
  vi.stubEnv('DASHSCOPE_API_KEY', 'sk-1234567890abcdef');
  const lines: unknown[] = [];
  const keep = (facts: object, message: string) => void lines.push([facts, message]);
  const log = redactedLog({ ...SILENT_LOG, warn: keep });
  log.warn({ video: 'a/b', err: new Error('sk-1234567890abcdef failed'), token: 'x' }, 'video not made');
  expect(lines).toEqual([
    [
      expect.objectContaining({
        video: 'a/b',
        err: expect.objectContaining({ message: expect.not.stringContaining('1234567890') }),
        token: '[redacted]',
      }),
      'video not made',
    ],
  ]);
  vi.unstubAllEnvs();
});
