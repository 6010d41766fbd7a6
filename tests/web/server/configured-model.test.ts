import { expect, it } from 'vitest';
import { configuredModel } from '#lib/web/server/configured-model.ts';

it('is the one of the settings', () => {
  expect(configuredModel({ wanxModel: 'wan2.7-t2v' })).toBe('wan2.7-t2v');
});

it('is a fault of the settings where there is no such model, and says how to mend it', () => {
  expect(() => configuredModel({ wanxModel: 'wan9' })).toThrow(
    expect.objectContaining({
      code: 'config',
      stage: 'configuring',
      message: expect.stringMatching(/^Wrong setting: WANX_MODEL\. .*wan9.*unset it\.$/s),
    }),
  );
});
