import { describe, expect, it } from 'vitest';
import { alone } from '#lib/components/media/browser/alone.ts';

describe('work that no other tab may do meanwhile', () => {
  it('waits for its turn under a name of its own', async () => {
    const asked: string[] = [];
    const request = async <T>(name: string, work: () => Promise<T>) => {
      asked.push(name);
      return work();
    };
    expect(await alone('a', async () => 'done', { request })).toBe('done');
    expect(asked).toEqual(['reelkeep-media a']);
  });

  it('begins at once in a browser without locks', async () => {
    expect(await alone('a', async () => 'done', undefined)).toBe('done');
  });
});
