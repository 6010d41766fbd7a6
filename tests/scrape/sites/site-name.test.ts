import { describe, expect, it } from 'vitest';
import { siteOf } from '#lib/scrape/sites/site-name.ts';

describe('the site of an address', () => {
  it.each([
    ['https://www.youtube.com/watch?v=1', 'youtube.com'],
    ['https://m.youtube.com/watch?v=1', 'youtube.com'],
    ['https://youtu.be/1', 'youtube.com'],
    ['https://news.bbc.co.uk/1', 'bbc.co.uk'],
    ['https://co.uk/1', 'co.uk'],
    ['https://films.example./1', 'films.example'],
    ['http://localhost:8080/1', 'localhost'],
    ['http://127.0.0.1:8080/1', '127.0.0.1:8080'],
    ['http://[::1]:8080/1', '[::1]:8080'],
  ])('%s is %s', (url, site) => {
    expect(siteOf(url)).toBe(site);
  });
});
