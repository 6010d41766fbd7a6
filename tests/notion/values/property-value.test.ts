import { describe, expect, it } from 'vitest';
import type { PropertyTarget, PropertyType } from '#lib/notion/options.ts';
import { propertyValue } from '#lib/notion/values/property-value.ts';

const LONG_LINK = `https://e.com/${'x'.repeat(1987)}`;
const options = ['Not started', 'Done', 'DONE'];

function write(type: PropertyType, value: string | number | boolean | null, target: Partial<PropertyTarget> = {}) {
  return propertyValue(value, type, { id: 'a', name: 'State', type, options }, { name: 'State', ...target });
}

// Bodies: developers.notion.com/reference/page-property-values.
describe('a value becomes', () => {
  it.each<[PropertyType, string | number | boolean | null, unknown]>([
    ['title', 'Harbour', [{ text: { content: 'Harbour' } }]],
    ['title', null, []],
    ['rich_text', 'a\0b', [{ text: { content: 'a\ufffdb' } }]],
    ['rich_text', 12, [{ text: { content: '12' } }]],
    ['rich_text', 'https://e.com/a', [{ text: { content: 'https://e.com/a', link: { url: 'https://e.com/a' } } }]],
    ['rich_text', '', []],
    ['url', 'https://e.com/a.mp4', 'https://e.com/a.mp4'],
    ['url', '', null],
    ['url', null, null],
    ['select', 'Done', { name: 'Done' }],
    ['select', null, null],
    ['multi_select', 'Done', [{ name: 'Done' }]],
    ['multi_select', null, []],
    ['status', 'not STARTED', { name: 'Not started' }],
    ['status', null, null],
    [
      'files',
      'https://e.com/b/a%20b.mp4?x=1',
      [{ name: 'a%20b.mp4', external: { url: 'https://e.com/b/a%20b.mp4?x=1' } }],
    ],
    ['files', null, []],
    ['checkbox', true, true],
    ['checkbox', 'anything', true],
    ['checkbox', false, false],
    ['checkbox', null, false],
    ['number', 5.5, 5.5],
    ['number', '5.5', 5.5],
    ['number', 0, 0],
    ['number', null, null],
    ['date', '2026-11-21T10:00:00.000Z', { start: '2026-11-21T10:00:00.000Z' }],
    ['date', '2026-11-21', { start: '2026-11-21' }],
    ['date', null, null],
  ])('%s of %j', (type, value, expected) => {
    expect(write(type, value)).toEqual({ body: { [type]: expected } });
  });

  it('the option that it is mapped to', () => {
    expect(write('status', 'Completed', { options: { Completed: 'Done' } })).toEqual({
      body: { status: { name: 'Done' } },
    });
  });

  it('a tick for the values that are named', () => {
    const checkedWhen = ['Completed'];
    expect(write('checkbox', 'Completed', { checkedWhen })).toEqual({ body: { checkbox: true } });
    expect(write('checkbox', 'Failed', { checkedWhen })).toEqual({ body: { checkbox: false } });
  });
});

describe('a value is refused', () => {
  it.each<[string, PropertyType, string | boolean, RegExp]>([
    ['a link of 2001 characters', 'url', LONG_LINK, /2001 characters.*at most 2000/],
    ['such a link in a text', 'rich_text', LONG_LINK, /2001 characters/],
    ['such a file', 'files', LONG_LINK, /2001 characters/],
    [
      'an unknown option',
      'status',
      'Rendering',
      /"State" has no option "Rendering". It has: "Not started", "Done", "DONE"/,
    ],
    ['an option that two spell alike', 'select', 'done', /no option "done"/],
    ['a word for a number', 'number', 'many', /"many" is not a number/],
    ['a tick for a number', 'number', true, /not a number/],
    ['a word for a date', 'date', '12 May', /not a date/],
    ['an impossible date', 'date', '2026-13-40', /not a date/],
  ])('%s', (_what, type, value, reason) => {
    expect(write(type, value)).toEqual({ refusal: expect.stringMatching(reason) });
  });

  it('only where the options are known', () => {
    const column = { id: 'a', name: 'State', type: 'status' };
    expect(propertyValue('Any', 'status', column, { name: 'State' })).toEqual({ body: { status: { name: 'Any' } } });
  });
});
