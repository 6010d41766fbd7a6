import { expect, it } from 'vitest';
import type { Question } from '#lib/components/live/questions.svelte.ts';
import { ItemDeletion } from '#lib/components/media/list/item-deletion.svelte.ts';
import { mediaItem } from '../../../fixtures/media/item-views.ts';

function deletion(answer: () => Response = () => Response.json({ items: 1, files: 1, bytes: 1000 })) {
  const asked: string[] = [];
  const questions: Question[] = [];
  let changes = 0;
  const made = new ItemDeletion({
    projectId: 'p',
    questions: { ask: (question) => void questions.push(question) },
    onchange: async () => {
      changes += 1;
    },
    fetcher: async (address, request) => {
      asked.push(`${request?.method} ${String(address)}`);
      return answer();
    },
  });
  return { made, asked, questions, changes: () => changes };
}

it('says what would go, and deletes only once that is confirmed', async () => {
  const { made, asked, questions, changes } = deletion();
  await made.ask(mediaItem({ id: 'a b' }), true);
  expect(asked).toEqual(['DELETE /api/media/p/items/a%20b?dryRun=1']);
  expect(questions[0]).toMatchObject({ title: 'Delete a b.mp4?', text: expect.stringContaining('undone for a day') });
  expect([made.last, changes()]).toEqual([undefined, 0]);
  expect(await questions[0]?.decision?.send()).toBeUndefined();
  expect([asked.at(-1), made.last, changes()]).toEqual(['DELETE /api/media/p/items/a%20b', 'a b', 1]);
  await made.undo({ id: 'a b', name: 'a b.mp4' });
  expect([asked.at(-1), made.last, changes()]).toEqual(['POST /api/media/p/items/a%20b/undo-delete', undefined, 2]);
});

it('says what keeps it from being deleted, or brought back', async () => {
  const { made, questions, changes } = deletion(() => Response.json({ detail: 'It is being saved.' }, { status: 409 }));
  await made.ask(mediaItem(), false);
  await made.undo({ id: 'a', name: 'a.mp4' });
  expect(questions).toMatchObject([
    { text: 'It is being saved.', isProblem: true },
    { title: 'a.mp4', text: 'It is being saved.', isProblem: true },
  ]);
  expect([changes(), made.busy.size]).toEqual([0, 0]);
});
