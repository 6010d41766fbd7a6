import { describe, expect, it } from 'vitest';
import { addressOf } from '#lib/openai-videos/assets/job/names.ts';
import { safeName } from '#lib/openai-videos/assets/job/safe-name.server.ts';
import { isAssetName } from '#lib/stores/assets/asset-rules.ts';

describe('a safe name', () => {
  it.each(['video_abc123', 'video_ABC-1.2', '_x', 'a'.repeat(120)])(
    'is the id itself where that can be a file: %s',
    (id) => {
      expect(safeName(id)).toBe(id);
    },
  );

  const long = `video_${Buffer.from('litellm:custom_llm_provider:vertex_ai;'.repeat(7)).toString('base64')}==`;
  it.each([
    ['a long one', long],
    ['one that is only long', 'a'.repeat(121)],
    ['a blank', 'video 1'],
    ['a name that hides the file', '.video'],
    ['an option of a command', '-rf'],
    ['a dot at the end', 'video.'],
    ['a backslash', 'a\\b'],
    ['a colon', 'C:video'],
    ['a control character', 'video\u0000\n'],
    ['other letters', 'vidéo_日本'],
    ['an emoji', '🎬'],
    ['a device of Windows', 'NUL'],
    ['a percent sign', '50%d'],
    ['what would look like a shortened one', 'video~0123456789abcdef'],
  ])('is shortened with a hash: %s', (_what, id) => {
    const name = safeName(id);
    expect(name).toMatch(/^[A-Za-z0-9_-]{0,48}~[0-9a-f]{16}$/);
    expect(name).not.toMatch(/^-/);
    expect(isAssetName(addressOf({ folder: name, stem: name, version: 99_999 }, 'spritesheet'))).toBe(true);
  });

  it('differs for ids that begin alike', () => {
    expect(safeName(`${long}A`)).not.toBe(safeName(`${long}B`));
  });
});
