import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { createLog } from '#lib/web/http/log.server.ts';

function logging(level = 'info') {
  const lines: string[] = [];
  const log = createLog(level, () => ['a-token-of-the-admin'], { write: (line) => void lines.push(line) });
  return { log, lines };
}

describe('the log', () => {
  it('is one JSON object a line, with time and level', () => {
    const { log, lines } = logging();
    log.info({ video: 'a/b' }, 'video made');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      video: 'a/b',
      msg: 'video made',
    });
  });

  it('keeps to its level', () => {
    const { log, lines } = logging('warn');
    log.info('quiet');
    log.warn('loud');
    expect(lines).toHaveLength(1);
  });

  it.each<[string, unknown]>([
    ['a signed query', { url: 'https://o.test/v.mp4?Signature=s3cret' }],
    ['a bearer', { note: 'sent Bearer s3cret' }],
    ['an API key', { note: 'key sk-s3cret' }],
    ['the admin token', { note: 'it is a-token-of-the-admin' }],
    ['a header by its name', { headers: { authorization: 's3cret', Cookie: 's3cret' } }],
    ['something deep inside', { a: { b: [{ token: 's3cret' }] } }],
    ['the message of an error', { err: new Error('GET https://o.test/v?Signature=s3cret failed') }],
    ['the cause of an error', { err: new ReelError('network', 'x', { cause: new Error('Bearer s3cret') }) }],
  ])('masks %s', (_name, fields) => {
    const { log, lines } = logging();
    log.error(fields, 'it happened with Bearer s3cret');
    expect(lines[0]).toContain('it happened');
    expect(lines[0]).not.toMatch(/s3cret|a-token-of-the-admin/);
  });

  it('tells what an error was', () => {
    const { log, lines } = logging();
    log.error({ err: new ReelError('disk-full', 'No space.', { taskId: 't1' }) });
    const { err } = JSON.parse(lines[0] ?? '');
    expect(err).toMatchObject({ name: 'ReelError', code: 'disk-full', message: 'No space.', taskId: 't1' });
    expect(err.stack).toContain('log.server.test.ts');
  });

  it('survives a value that contains itself', () => {
    const { log, lines } = logging();
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    log.info({ loop }, 'round');
    expect(lines[0]).toContain('round');
  });
});
