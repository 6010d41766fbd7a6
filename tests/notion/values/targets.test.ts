import { describe, expect, it } from 'vitest';
import { targetsOf, typesFor, usualTarget } from '#lib/notion/values/targets.ts';

describe('the targets of the options', () => {
  it('are names, targets or nowhere', () => {
    expect(targetsOf({ videoUrl: 'Film', status: { name: 'State', type: 'select' }, error: false })).toEqual({
      ...{ videoUrl: { name: 'Film' }, status: { name: 'State', type: 'select' }, error: false },
    });
    expect(targetsOf(undefined)).toEqual({});
  });

  it.each([
    { status: '' },
    { status: ' ' },
    { status: { name: '' } },
    { status: null },
    { status: { name: 'a', type: 'people' } },
  ])('are refused with their field: %o', (properties) => {
    expect(() => targetsOf(properties as never)).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringContaining('properties.status') }),
    );
  });
});

describe('a field without a target', () => {
  it.each([
    ['videoUrl', 'Video URL', ['url']],
    ['thumbnailUrl', 'Thumbnail URL', ['url']],
    ['status', 'Status', ['status', 'select']],
    ['error', 'Error', ['rich_text']],
  ])('%s goes to %s', (field, name, types) => {
    expect(usualTarget(field)).toEqual({ name });
    expect(typesFor(field, { name })).toEqual(types);
  });

  it.each(['cost', 'constructor'])('of its own goes to the property of its name, of any type: %s', (field) => {
    expect(usualTarget(field)).toEqual({ name: field });
    expect(typesFor(field, { name: field })).toHaveLength(10);
    expect(typesFor(field, { name: field, type: 'number' })).toEqual(['number']);
  });
});
