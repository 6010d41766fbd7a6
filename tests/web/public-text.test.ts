import { expect, it } from 'vitest';
import { publicText } from '#lib/web/public-text.ts';

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
