import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { redactValue } from '#lib/web/http/redact-value.server.ts';

const SECRETS = ['hunter2', 'hunter2-longer'];
const redact = (value: unknown) => redactValue(value, SECRETS);

describe('what goes into the log', () => {
  it.each<[unknown, unknown]>([
    ['the token is hunter2.', 'the token is [redacted].'],
    // The longer one first, or its end would stay.
    ['hunter2-longer', '[redacted]'],
    [7, 7],
    [null, null],
    [undefined, undefined],
    [
      { Authorization: 'Bearer x', cookie: 'a=b', 'API-Key': 'x', apikey: 7, token: { a: 1 } },
      {
        ...{ Authorization: '[redacted]', cookie: '[redacted]', 'API-Key': '[redacted]', apikey: '[redacted]' },
        token: '[redacted]',
      },
    ],
    [
      { tokens: 5, headers: [{ session: 'x' }] },
      { tokens: 5, headers: [{ session: '[redacted]' }] },
    ],
    [
      ['a', ['hunter2']],
      ['a', ['[redacted]']],
    ],
  ])('shows no secret: %j', (value, shown) => {
    expect(redact(value)).toEqual(shown);
  });

  it('shows no signed query of an address', () => {
    expect(redact({ url: 'https://files.test/a.mp4?Signature=s3cret&Expires=1' })).not.toMatchObject({
      url: expect.stringContaining('s3cret'),
    });
  });

  it('has an error with its causes, and what a ReelError says besides', () => {
    const cause = new Error('hunter2 was refused');
    const error = new ReelError('network', 'away', { taskId: 'task-1', cause });
    expect(redact({ err: error })).toMatchObject({
      err: { ...{ name: 'ReelError', message: 'away', code: 'network', taskId: 'task-1' }, stack: expect.any(String) },
    });
    expect(redact(error)).toMatchObject({ cause: { message: '[redacted] was refused' } });
  });

  it('ends where a value goes too deep, as one in itself does', () => {
    const loop: Record<string, unknown> = { name: 'hunter2' };
    loop.self = loop;
    const text = JSON.stringify(redact(loop));
    expect(text).toContain('…');
    expect(text).not.toContain('hunter2');
  });
});
