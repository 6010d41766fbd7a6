import { expect, it } from 'vitest';
import { ServerRefusal } from '#lib/components/live/ask-server.ts';
import { SavingAll } from '#lib/components/media/saving-all.svelte.ts';
import type { SaveAllView } from '#lib/web/media/media-view.ts';

const view = (state: SaveAllView['state'], done = 0): SaveAllView => ({ state, done, total: 3 });

function saving(start: () => Promise<SaveAllView> = async () => view('saving')) {
  const answers: Array<SaveAllView | Error> = [];
  let ended = 0;
  const all = new SavingAll({
    start,
    async look() {
      const next = answers.shift() ?? view('saving');
      if (next instanceof Error) throw next;
      return next;
    },
    onend: () => {
      ended += 1;
    },
  });
  return { answers, all, ended: () => ended };
}

it('is followed from its start to its end, which is told once', async () => {
  const { answers, all, ended } = saving();
  answers.push(view('saving', 1), new TypeError('fetch failed'), view('done', 3), view('done', 3));
  await all.start();
  expect([all.isSaving, all.view.done]).toEqual([true, 1]);
  await all.look();
  expect([all.isSaving, ended()]).toEqual([true, 0]);
  await all.look();
  await all.look();
  expect([all.isSaving, ended()]).toEqual([false, 1]);
});

it('that is over before the first look has ended, too', async () => {
  const { answers, all, ended } = saving(async () => view('done', 3));
  answers.push(view('done', 3));
  await all.start();
  expect([all.isSaving, ended()]).toEqual([false, 1]);
});

it('that is refused says why', async () => {
  const { all } = saving(() => Promise.reject(new ServerRefusal(500, 'The library is offline.')));
  await all.start();
  expect([all.problem, all.isSaving]).toEqual(['The library is offline.', false]);
});
