import { expect, it } from 'vitest';
import { SavingProgress } from '#lib/web/media/saving-progress.ts';
import { mediaItem } from '../../fixtures/media/item-views.ts';

const itemOf = (id: string) => {
  const { pictures: _pictures, ...item } = mediaItem({ id });
  return { ...item, url: '', isLocalFile: false };
};

it('sums what is being downloaded and what is on the way to object storage, each as long as it lasts', () => {
  const progress = new SavingProgress();
  expect(progress.view()).toEqual({ done: 0, total: 0, bytesPerSecond: 0 });
  const counts = { done: 1, total: 4 };
  progress.take({ item: itemOf('a'), state: 'downloading', bytesReceived: 1, bytesPerSecond: 30, ...counts });
  progress.take({ item: itemOf('b'), state: 'downloading', bytesReceived: 1, bytesPerSecond: 12, ...counts });
  expect(progress.view()).toEqual({ ...counts, bytesPerSecond: 42 });
  progress.take({ item: itemOf('a'), state: 'uploading', bytesSent: 100, bytesTotal: 1000, ...counts });
  progress.take({ item: itemOf('c'), state: 'uploading', bytesSent: 20, bytesTotal: 500, ...counts });
  const uploading = { items: 2, bytesSent: 120, bytesTotal: 1500 };
  expect(progress.view()).toEqual({ ...counts, bytesPerSecond: 12, uploading });
  progress.take({ item: itemOf('c'), state: 'uploading', bytesSent: 500, bytesTotal: 500, ...counts });
  progress.take({ item: itemOf('a'), state: 'saved', done: 2, total: 4 });
  expect(progress.view()).toEqual({ done: 2, total: 4, bytesPerSecond: 12 });
});
