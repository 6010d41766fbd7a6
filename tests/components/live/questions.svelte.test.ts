import { expect, it } from 'vitest';
import { Questions } from '#lib/components/live/questions.svelte.ts';

const question = (title: string) => ({ title, text: '', no: 'Close' });

it('are asked one at a time, in their order', () => {
  const questions = new Questions();
  for (const title of ['a', 'b', 'c']) questions.ask(question(title));
  const seen: Array<string | undefined> = [];
  for (let times = 0; times < 4; times += 1) {
    seen.push(questions.current?.title);
    questions.close();
  }
  expect(seen).toEqual(['a', 'b', 'c', undefined]);
});

it('are asked at once after the last was closed', () => {
  const questions = new Questions();
  questions.ask(question('a'));
  questions.close();
  questions.close();
  questions.ask(question('b'));
  expect(questions.current?.title).toBe('b');
});
