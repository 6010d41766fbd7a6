import { expect, it } from 'vitest';
import { NotWhole, tolerate } from '#lib/capture/formats/media-report.ts';

it('damage in what a film can do without is noted, and any other error is none', async () => {
  const notes: string[] = [];
  const note = (text: string) => void notes.push(text);
  expect(await tolerate(note, async () => 5)).toBe(5);
  expect(await tolerate(note, () => Promise.reject(new NotWhole('its index is damaged')))).toBeUndefined();
  await expect(tolerate(note, () => Promise.reject(new Error('EIO')))).rejects.toThrow('EIO');
  expect(notes).toEqual(['its index is damaged']);
});
