import { describe, expect, it } from 'vitest';
import { ServiceMemory } from '#lib/openai-videos/assets/fetch/service-memory.ts';

describe('a picture', () => {
  it('is offered until so many videos have gone without it', () => {
    const memory = new ServiceMemory();
    for (const id of ['a', 'b', 'b', 'b']) memory.noteRefused('thumbnail', id);
    expect(memory.isOffered('thumbnail')).toBe(true);
    memory.noteRefused('thumbnail', 'c');
    expect(memory.isOffered('thumbnail')).toBe(false);
    expect(memory.isOffered('spritesheet')).toBe(true);
  });

  it('stays offered by a service that has ever sent one', () => {
    const memory = new ServiceMemory();
    memory.noteDelivered('thumbnail');
    for (const id of ['a', 'b', 'c']) memory.noteRefused('thumbnail', id);
    expect(memory.isOffered('thumbnail')).toBe(true);
  });

  it('is not offered by one that sends the film in its place', () => {
    const memory = new ServiceMemory();
    memory.noteDelivered('thumbnail');
    memory.notePictureIsFilm('thumbnail');
    expect(memory.isOffered('thumbnail')).toBe(false);
  });
});

describe('a key', () => {
  type Act = (memory: ServiceMemory) => void;
  const refused: Act = (memory) => memory.noteKeyRefused('job', 1000);
  it.each<[string, Act[], boolean]>([
    ['that was not tried', [], false],
    ['that was refused', [refused], true],
    ['that was accepted before', [(memory) => memory.noteKeyAccepted('other', 999), refused], true],
    ['that was accepted since, for another job', [refused, (memory) => memory.noteKeyAccepted('other', 1000)], false],
    [
      'that was accepted between the first refusal and the next',
      [refused, (memory) => memory.noteKeyAccepted('other', 1500), (memory) => memory.noteKeyRefused('job', 2000)],
      false,
    ],
    [
      'that was accepted for this job, and refused later',
      [refused, (memory) => memory.noteKeyAccepted('job', 1500), (memory) => memory.noteKeyRefused('job', 2000)],
      true,
    ],
    ['whose job is over', [refused, (memory) => memory.forget('job')], false],
  ])('%s', (_what, acts, isNeverAccepted) => {
    const memory = new ServiceMemory();
    for (const act of acts) act(memory);
    expect(memory.isKeyNeverAccepted('job')).toBe(isNeverAccepted);
  });
});
