import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { ContentTags, md5Of } from '#lib/stores/assets/s3/upload/content-tags.ts';

const md5 = (bytes: string | Buffer) => createHash('md5').update(bytes);

it('an object of one piece is named by its MD5, one of parts by the MD5 of theirs, in their order', () => {
  const tags = new ContentTags();
  tags.add(2, md5Of(Buffer.from('two')));
  tags.add(1, md5Of(Buffer.from('one')));
  const both = Buffer.concat([md5('one').digest(), md5('two').digest()]);
  expect(tags.ofParts).toBe(`${md5(both).digest('hex')}-2`);
  expect(tags.ofPiece).toBe(md5('one').digest('hex'));
});

it('a part that is sent again counts once', () => {
  const tags = new ContentTags();
  for (const text of ['wrong', 'one']) tags.add(1, md5Of(Buffer.from(text)));
  expect(tags.ofParts).toBe(`${md5(md5('one').digest()).digest('hex')}-1`);
});

it('nothing has the tag of nothing', () => {
  expect(new ContentTags().ofPiece).toBe('');
});
