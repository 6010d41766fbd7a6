import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { ReelError } from '#lib/base/errors.ts';

const failure = (code: unknown) => Object.assign(new Error(`${code}: failed`), { code });

describe('diskError', () => {
  it.each([
    ['ENOSPC', 'disk-full', 'Free some space'],
    ['EDQUOT', 'disk-full', 'Free some space'],
    ['EFBIG', 'disk-full', 'Free some space'],
    ['EACCES', 'disk-denied', 'Check the permissions'],
    ['EPERM', 'disk-denied', 'Check the permissions'],
    ['EROFS', 'disk-denied', 'The drive is read-only'],
    ['EIO', 'disk', 'Check the disk'],
    ['ENAMETOOLONG', 'disk', 'Use a shorter name'],
    ['ETXTBSY', 'disk', 'Close that program'],
    ['EMFILE', 'disk', 'too many open files'],
    [undefined, 'disk', 'Check the disk'],
    [28, 'disk', 'Check the disk'],
  ])('%s becomes %s and says what to do', (errno, code, advice) => {
    const cause = failure(errno);
    const error = diskError(cause, '/videos/a.mp4', 'downloading');
    expect(error).toMatchObject({ code, stage: 'downloading', cause, retryable: false });
    expect(error.message).toContain('/videos/a.mp4');
    expect(error.message).toContain(advice);
  });

  it('knows a used-up quota, which Node has no name for, by its number', () => {
    const cause = Object.assign(failure('Unknown system error -122'), { errno: -constants.errno.EDQUOT });
    const error = diskError(cause, '/videos/a.mp4');
    expect(error).toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('Your storage quota is used up'),
    });
  });

  it('says whether reading or writing failed', () => {
    expect(diskError(failure('EACCES'), '/a').message).toContain('Not allowed to write /a');
    expect(diskError(failure('EACCES'), '/a', 'recording', 'read').message).toContain('Not allowed to read /a');
    expect(diskError(failure('EIO'), '/a', 'recording', 'read').message).toContain('Could not read /a');
  });

  it.each(['EBUSY', 'EXDEV'])(
    'says of a rename that ends in %s that a file mounted by itself cannot be replaced',
    (errno) => {
      const rename = Object.assign(failure(errno), { syscall: 'rename' });
      const error = diskError(rename, '/data/records.json');
      expect(error).toMatchObject({ code: 'disk', cause: rename });
      expect(error.message).toMatch(/\/data\/records\.json .*mounted by itself.*Mount its folder instead/);
      expect(diskError(failure(errno), '/a').message).not.toContain('mounted');
    },
  );

  it('passes a ReelError through', () => {
    const error = new ReelError('busy', 'held');
    expect(diskError(error, '/a')).toBe(error);
  });
});
