import { describe, expect, it } from 'vitest';
import { acceptValue, type SandboxColumn } from '#lib/sandbox/notion/property-values.ts';

const column = (type: string, options: string[] = ['Done']): SandboxColumn => ({
  id: 'x',
  name: 'Field',
  type,
  options,
});
const text = (content: string, url?: string) => ({ text: { content, ...(url && { link: { url } }) } });
const invalid = expect.objectContaining({ status: 400, code: 'validation_error' });

describe('a value that the property takes', () => {
  it.each<[string, unknown, unknown]>([
    ['title', [text('a'), text('b')], 'ab'],
    ['rich_text', [], ''],
    ['rich_text', [text('x'.repeat(2000), 'https://a')], 'x'.repeat(2000)],
    ['url', 'https://a', 'https://a'],
    ['url', null, null],
    ['select', { name: 'Done' }, 'Done'],
    ['select', { id: 'x-0' }, 'Done'],
    ['status', null, null],
    ['multi_select', [{ name: 'Done' }, { name: 'New' }], ['Done', 'New']],
    ['checkbox', true, true],
    ['number', 4.5, 4.5],
    ['date', { start: '2026-11-21' }, '2026-11-21'],
    ['files', [{ name: 'a', external: { url: 'https://a' } }], ['https://a']],
  ])('%s: %o', (type, body, value) => {
    expect(acceptValue(column(type), { [type]: body })).toEqual(value);
  });

  it('is a new option of a select, and of no status', () => {
    const select = column('select');
    acceptValue(select, { select: { name: 'New' } });
    expect(select.options).toEqual(['Done', 'New']);
    const status = column('status');
    expect(() => acceptValue(status, { status: { name: 'New' } })).toThrow(invalid);
    expect(status.options).toEqual(['Done']);
  });
});

describe('a value that is refused', () => {
  it.each<[string, unknown]>([
    ['url', { url: '' }],
    ['url', { url: `https://${'x'.repeat(2000)}` }],
    ['url', { rich_text: [] }],
    ['url', 'https://a'],
    ['rich_text', { rich_text: [text('x'.repeat(2001))] }],
    ['rich_text', { rich_text: Array.from({ length: 101 }, () => text('x')) }],
    ['rich_text', { rich_text: [text('\0')] }],
    ['rich_text', { rich_text: [text('\ud800')] }],
    ['select', { select: { name: 'a,b' } }],
    ['select', { select: { id: 'x-9' } }],
    ['number', { number: '4' }],
    ['checkbox', { checkbox: 'yes' }],
    ['people', { people: [] }],
  ])('%s: %o', (type, sent) => {
    expect(() => acceptValue(column(type), sent)).toThrow(invalid);
  });
});
