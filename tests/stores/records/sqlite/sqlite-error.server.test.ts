import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { isBusy, sqliteCodeOf, sqliteError } from '#lib/stores/records/sqlite/sqlite-error.server.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const failure = (errcode: unknown) => Object.assign(new Error('the driver says'), { errcode });

describe('an error of SQLite', () => {
  it.each<[number, string]>([
    [5, 'busy'],
    [6, 'busy'],
    // SQLITE_BUSY_SNAPSHOT, SQLITE_LOCKED_SHAREDCACHE
    [517, 'busy'],
    [262, 'busy'],
    [13, 'disk-full'],
    [11, 'store-corrupt'],
    [26, 'store-corrupt'],
    // SQLITE_CORRUPT_INDEX
    [779, 'store-corrupt'],
    // SQLITE_IOERR_WRITE
    [778, 'disk'],
    [1, 'disk'],
  ])('with the code %i is %s', (errcode, code) => {
    const cause = failure(errcode);
    const error = sqliteError(cause, '/srv/reel.db');
    expect(error).toMatchObject({ code, stage: 'recording', cause, message: expect.stringContaining('/srv/reel.db') });
    expect(isBusy(cause)).toBe(code === 'busy');
  });

  it('that only says that it cannot open the file is explained by the system', () => {
    const folder = temporaryFolder();
    const missing = sqliteError(failure(14), join(folder, 'missing/reel.db'));
    expect(missing).toMatchObject({ code: 'disk', cause: { code: 'ENOENT' } });
    // A folder in the file's place: all may be read and written.
    mkdirSync(join(folder, 'reel.db'));
    expect(sqliteError(failure(14), join(folder, 'reel.db'))).toMatchObject({ code: 'disk' });
  });

  it('is told from others', () => {
    expect([failure('5'), new Error('x'), undefined, null, 5].map(sqliteCodeOf)).toEqual(Array(5).fill(undefined));
    const own = new ReelError('invalid-input', 'mine', { stage: 'recording' });
    expect(sqliteError(own, '/srv/reel.db')).toBe(own);
  });
});
