import { expect, it, onTestFinished, vi } from 'vitest';
import { publicText, shortenPaths } from '#lib/web/http/public-text.ts';

it.each([
  ['No space left to write /srv/reel/static/videos/a-b.mp4 (ENOSPC).', 'No space left to write …/a-b.mp4 (ENOSPC).'],
  ['Could not read "/home/ann/my app/x.json"', 'Could not read "…/my app/x.json"'],
  ["in '/srv/reel/records.json': line 3", "in '…/records.json': line 3"],
  ['folder /srv/reel/ is full', 'folder … is full'],
  ['C:\\Users\\ann\\reel\\a-b.mp4 is locked', '…/a-b.mp4 is locked'],
  ['Asked https://oss.test/1/v.mp4?Signature=abc&Expires=1 in vain', 'Asked https://oss.test/1/v.mp4?… in vain'],
  ['Authorization: Bearer abcdef.123', 'Authorization: Bearer …'],
  ['the key sk-0123456789 is wrong', 'the key sk-… is wrong'],
  // Nothing of this is a path of the machine.
  ['static/videos/a-b.mp4 is gone', 'static/videos/a-b.mp4 is gone'],
  ['http://127.0.0.1:8790/api/v1/tasks', 'http://127.0.0.1:8790/api/v1/tasks'],
  ['a wide shot, 24/7 and 16/9/4', 'a wide shot, 24/7 and 16/9/4'],
  ['eiffel-tower/1900 and/or nothing', 'eiffel-tower/1900 and/or nothing'],
])('%s', (text, expected) => {
  expect(publicText(text)).toBe(expected);
});

const HOME = '/home/joe';
const ROOT = '/home/joe/My Videos';

it.each([
  [`Could not write ${ROOT}/static/videos (EACCES).`, 'Could not write …/videos (EACCES).'],
  [`Could not write ${ROOT}/static/videos/a-b.mp4.`, 'Could not write …/a-b.mp4.'],
  [`"${ROOT}/records.json" is broken`, '"…/records.json" is broken'],
  [`The folder ${ROOT} is full, ${ROOT}/ too`, 'The folder … is full, … too'],
  [`in ${HOME}/x.json of ${HOME}`, 'in …/x.json of …'],
  [`C:\\Users\\Joe Doe\\a\\a-b.mp4 is locked`, '…/a-b.mp4 is locked'],
  // Another folder, and no folder at all.
  [`/home/joel/x.json`, '…/x.json'],
  [`https://joe.test${HOME}/x`, `https://joe.test${HOME}/x`],
])('a folder of this machine may have blanks in its name: %s', (text, expected) => {
  expect(shortenPaths(text, [HOME, ROOT, 'C:\\Users\\Joe Doe'])).toBe(expected);
});

it('knows the folders of the settings and of the machine, and hides them while the settings are wrong', () => {
  vi.stubEnv('WANX_PROJECT_ROOT', '/srv/my reels');
  vi.stubEnv('WANX_VIDEO_DIR', '/mnt/big disk/clips');
  vi.stubEnv('WANX_METADATA_PATH', '/var/the records/r.json');
  vi.stubEnv('HOME', '/home/ann lee');
  vi.stubEnv('TMPDIR', '/tmp/for a test');
  onTestFinished(() => void vi.unstubAllEnvs());
  const named = ['/srv/my reels', '/mnt/big disk/clips', '/var/the records', '/home/ann lee', '/tmp/for a test'];
  for (const folder of named) expect(publicText(`${folder}/a/b.json`)).toBe('…/b.json');
  vi.stubEnv('WANX_BUDGET_USD', 'much');
  expect(publicText('/home/ann lee/a/b.json')).toBe('…/b.json');
});
