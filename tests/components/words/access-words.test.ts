import { describe, expect, it } from 'vitest';
import { accessSentence } from '#lib/components/words/access-words.ts';

describe('who may spend', () => {
  it.each([
    [{ allowed: true, how: 'same-machine' } as const, /^Anyone on this machine/],
    [{ allowed: true, how: 'token' } as const, /^You are logged in/],
    [{ allowed: false, reason: 'Only with the token.', canLogIn: true } as const, /^Only with the token\.$/],
    [{ allowed: false, reason: '', canLogIn: false } as const, /watch/],
  ])('is said in a sentence', (access, sentence) => expect(accessSentence(access)).toMatch(sentence));
});
