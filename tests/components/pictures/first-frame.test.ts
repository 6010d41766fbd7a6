import { describe, expect, it } from 'vitest';
import { frameDrawer } from '#lib/components/pictures/first-frame.ts';

/** Canvases that come into view, and films that are loaded, by hand. */
function page() {
  const asked: Array<{ src: string; signal: AbortSignal; end: () => void; fail: () => void }> = [];
  const views: Array<() => void> = [];
  const drawn: string[] = [];
  const drawer = frameDrawer({
    whenInView: (_element, listener) => {
      const place = views.push(listener) - 1;
      return () => {
        views[place] = () => {};
      };
    },
    draw: (src, _canvas, signal) =>
      new Promise((resolve, reject) =>
        asked.push({ src, signal, end: resolve, fail: () => reject(new Error('gone')) }),
      ),
  });
  const add = (src: string) => drawer(src, () => drawn.push(src))({} as HTMLCanvasElement);
  return { asked, drawn, add, comesIntoView: (index: number) => views[index]?.() };
}

/** Until everything that waits for a promise has run. */
const settled = () => new Promise((done) => setImmediate(done));

describe('the frames of films without posters', () => {
  it('are loaded one after the other, and only what is in view', async () => {
    const { asked, drawn, add, comesIntoView } = page();
    for (const src of ['a', 'b', 'c']) add(src);
    await settled();
    expect(asked).toEqual([]);
    comesIntoView(0);
    comesIntoView(1);
    await settled();
    expect(asked.map(({ src }) => src)).toEqual(['a']);
    asked[0]?.end();
    await settled();
    expect(asked.map(({ src }) => src)).toEqual(['a', 'b']);
    expect(drawn).toEqual(['a']);
  });

  it('lets the next film have its turn when one cannot be loaded', async () => {
    const { asked, drawn, add, comesIntoView } = page();
    for (const src of ['a', 'b']) add(src);
    comesIntoView(0);
    comesIntoView(1);
    await settled();
    asked[0]?.fail();
    await settled();
    asked[1]?.end();
    await settled();
    expect(drawn).toEqual(['b']);
  });

  it('stops loading a film whose card is gone, and never begins with one that went before its turn', async () => {
    const { asked, add, comesIntoView } = page();
    const [leaveA, leaveB] = ['a', 'b'].map(add);
    add('c');
    for (const index of [0, 1, 2]) comesIntoView(index);
    await settled();
    leaveB?.();
    leaveA?.();
    expect(asked[0]?.signal.aborted).toBe(true);
    asked[0]?.fail();
    await settled();
    expect(asked.map(({ src }) => src)).toEqual(['a', 'c']);
  });
});
