import { describe, expect, it } from 'vitest';
import { findModel } from '#lib/wanx/models/find-model.ts';

describe('findModel', () => {
  it.each([
    ['wan27-t2v', 'wan2.7-t2v'],
    ['WAN3.0-VIDEO', 'wan3.0-video'],
    ['wanx2.1-turbo', 'wanx2.1-t2v-turbo'],
  ])('refuses %s and names %s', (id, near) => {
    expect(() => findModel(id)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    expect(() => findModel(id)).toThrow(near);
  });

  it.each([5, undefined, null, {}, ['wan2.7-t2v']])('refuses %j: a name is text', (id) => {
    const untyped = findModel as (id: unknown) => unknown;
    expect(() => untyped(id)).toThrow(expect.objectContaining({ code: 'invalid-input', stage: 'submitting' }));
    expect(() => untyped(id)).toThrow('model must be the name of a model');
  });

  it('does not find what every object has', () => {
    expect(() => findModel('constructor')).toThrow('Unknown model');
  });
});
