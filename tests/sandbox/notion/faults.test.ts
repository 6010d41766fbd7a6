import { describe, expect, it } from 'vitest';
import { NotionFaults } from '#lib/sandbox/notion/faults.ts';

const PAGE = '00009a9e-0000-4000-8000-000000000001';

describe('scripted faults', () => {
  it.each([
    [{ fault: 'refuse-500' }, 'GET', 'users/me', true],
    [{ fault: 'refuse-500', on: 'read' }, 'GET', 'users/me', true],
    [{ fault: 'refuse-500', on: 'read' }, 'PATCH', 'pages/x', false],
    [{ fault: 'refuse-500', on: 'write' }, 'POST', 'pages', true],
    [{ fault: 'refuse-500', pageId: PAGE }, 'PATCH', `pages/${PAGE.replaceAll('-', '')}`, true],
    [{ fault: 'refuse-500', pageId: PAGE }, 'PATCH', 'pages/another', false],
  ])('%o for %s %s: %s', (fault, method, path, isHit) => {
    const faults = new NotionFaults();
    faults.script(fault);
    expect(faults.take(method, path) !== undefined).toBe(isHit);
  });

  it('are used up in their order, as often as they were asked for', () => {
    const faults = new NotionFaults();
    faults.script({ fault: 'refuse-500', times: 2 });
    faults.script({ fault: 'refuse-429', times: 'always' });
    const names = Array.from({ length: 4 }, () => faults.take('GET', 'pages/x')?.fault);
    expect(names).toEqual(['refuse-500', 'refuse-500', 'refuse-429', 'refuse-429']);
    expect(faults.pending().map(({ fault }) => fault)).toEqual(['refuse-429']);
    faults.clear();
    expect(faults.take('GET', 'pages/x')).toBeUndefined();
  });

  it.each([
    { fault: 'refuse-418' },
    { fault: 'refuse-500', times: 0 },
    { fault: 'refuse-500', wrong: 1 },
    'refuse-500',
  ])('that could never occur are refused at once: %o', (fault) => {
    expect(() => new NotionFaults().script(fault)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});
