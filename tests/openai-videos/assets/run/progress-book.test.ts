import { expect, it } from 'vitest';
import { ProgressBook } from '#lib/openai-videos/assets/run/progress-book.ts';

it('sums the bytes of all files of a job, and their sizes once every one is known', () => {
  const book = new ProgressBook();
  expect(book.of('job')).toBeUndefined();
  book.note('job', 'video', 10, 1000);
  book.note('other', 'video', 1, 2);
  expect(book.of('job')).toEqual({ bytesReceived: 10, bytesTotal: 1000 });
  book.note('job', 'thumbnail', 5, undefined);
  expect(book.of('job')).toEqual({ bytesReceived: 15 });
  book.note('job', 'thumbnail', 7, 20);
  book.note('job', 'video', 40, 1000);
  expect(book.of('job')).toEqual({ bytesReceived: 47, bytesTotal: 1020 });
  book.forget('job');
  expect(book.of('job')).toBeUndefined();
  expect(book.of('other')).toEqual({ bytesReceived: 1, bytesTotal: 2 });
});
