import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requestIn, requestsInFile } from '../../../scripts/scrape/requests.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

describe('a line of a list', () => {
  it.each([
    ['news v1 https://a.example/1', { channelId: 'news', videoId: 'v1', url: 'https://a.example/1' }],
    ['https://www.youtube.com/watch?v=abc_DEF-123', { channelId: 'cats', videoId: 'abc_DEF-123' }],
    // A version, which all pages of a site have in common.
    ['https://a.example/1?v=20261130', { channelId: 'cats', videoId: expect.stringMatching(/^[0-9a-f]{16}$/) }],
    ['  https://a.example/1  ', { channelId: 'cats', videoId: expect.stringMatching(/^[0-9a-f]{16}$/) }],
    ['', null],
    ['# news v1 https://a.example/1', null],
  ])('%j', (line, request) => {
    const found = requestIn(line, { channel: 'cats', maxHeight: 720 });
    if (request === null) expect(found).toBeNull();
    else expect(found).toMatchObject({ ...request, maxHeight: 720 });
  });

  it('gives the same video the same id each time', () => {
    const ids = [1, 2].map(() => requestIn('https://a.example/1', { channel: 'cats' })?.videoId);
    expect(ids[0]).toBe(ids[1]);
    expect(requestIn('https://a.example/2', { channel: 'cats' })?.videoId).not.toBe(ids[0]);
  });

  it('is refused by its number where it is none', async () => {
    const path = join(temporaryFolder(), 'list.txt');
    writeFileSync(path, '# films\nnews v1 https://a.example/1\nhttps://a.example/2\n');
    const read: string[] = [];
    const reading = async () => {
      for await (const { url } of requestsInFile(path, {})) read.push(url);
    };
    await expect(reading()).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('Line 3'),
    });
    expect(read).toEqual(['https://a.example/1']);
    await expect(Array.fromAsync(requestsInFile(join(path, 'none'), {}))).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});
