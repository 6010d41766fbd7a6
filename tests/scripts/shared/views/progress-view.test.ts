import { Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { PlainView } from '../../../../scripts/shared/views/plain-view.ts';
import { stageText } from '../../../../scripts/shared/views/stage-text.ts';
import { barLine, TerminalView } from '../../../../scripts/shared/views/terminal-view.ts';

const generating = (elapsedMs: number) => ({ stage: 'generating', taskId: 't', elapsedMs }) as const;
const downloading = (bytesReceived: number, bytesTotal?: number) =>
  ({ stage: 'downloading', bytesReceived, ...(bytesTotal && { bytesTotal }), bytesPerSecond: 0 }) as const;

describe('plain lines', () => {
  it('come with each change of stage, and only every few seconds within one', () => {
    const lines: string[] = [];
    let nowMs = 0;
    const view = new PlainView(
      (line) => lines.push(line),
      () => nowMs,
    );
    for (nowMs = 0; nowMs < 9000; nowMs += 1000) view.progress('giza/today', generating(nowMs));
    view.progress('giza/1880', generating(0));
    view.progress('giza/today', downloading(500, 1000));
    expect(lines).toEqual([
      'giza/today: generating 0 s',
      'giza/today: generating 5 s',
      'giza/1880: generating 0 s',
      'giza/today: downloading 500 B of 1.0 kB',
    ]);
  });
});

describe('the words for a stage', () => {
  it('count on while nothing is told', () => {
    expect(stageText(generating(61_000), 4000)).toBe('generating 1 min 5 s');
    const retrying = { stage: 'retrying', attempt: 2, waitMs: 9000, reason: 'the link stalled' } as const;
    expect(stageText(retrying, 4000)).toBe('retrying in 5 s: the link stalled');
  });

  it('say what is written here', () => {
    const writing = { stage: 'writing', bytesWritten: 500, bytesTotal: 1000 } as const;
    expect(stageText(writing)).toBe('writing 500 B of 1.0 kB');
    expect(barLine('p1', 2, writing, 'writing', 80)).toContain('█░');
  });

  it('have no total where none is known', () => expect(stageText(downloading(1500))).toBe('downloading 1.5 kB'));
});

describe('the line of a bar', () => {
  const longest = 'eiffel-tower/1900'.length;

  it('has a bar when the size is known', () => {
    const line = barLine('giza/today', longest, downloading(500, 1000), 'downloading', 80);
    expect(line).toBe(`giza/today         ${'█'.repeat(14)}${'░'.repeat(14)}  downloading`);
    expect(barLine('giza/today', longest, downloading(500), 'downloading', 80)).toBe('giza/today         downloading');
  });

  it.each([60, 40, 20, 5])('fits into %d columns', (columns) => {
    const line = barLine('eiffel-tower/1900', longest, downloading(1, 2), 'downloading 1.2 of 3.4 MB', columns);
    expect(line.length).toBeLessThan(columns);
  });
});

describe('bars on a terminal', () => {
  it('leave each result on the screen, and the cursor as it was', () => {
    const { stream, text } = fakeTerminal();
    const view = new TerminalView(stream);
    view.progress('giza/today', generating(0));
    view.progress('giza/1880', generating(0));
    view.done('giza/today', 'giza/today: ready');
    view.close();
    view.close();

    expect(text()).toContain('giza/1880   generating 0 s');
    expect(text()).toContain('giza/today: ready');
    const [hide, show] = ['\u001b[?25l', '\u001b[?25h'];
    expect(text().lastIndexOf(show)).toBeGreaterThan(text().lastIndexOf(hide));
  });

  it('are never more than there are lines, and one that ends makes room', () => {
    const shownAfter = (end: (view: TerminalView) => void) => {
      const { stream, text } = fakeTerminal();
      stream.rows = 6;
      const view = new TerminalView(stream);
      for (const name of ['a', 'b', 'c', 'd', 'e']) view.progress(`giza/${name}`, generating(0));
      end(view);
      view.progress('giza/e', generating(0));
      view.close();
      return ['giza/d  ', 'giza/e  '].filter((line) => text().includes(line));
    };
    expect(shownAfter(() => {})).toEqual(['giza/d  ']);
    expect(shownAfter((view) => view.done('giza/a', 'giza/a: ready'))).toEqual(['giza/d  ', 'giza/e  ']);
  });
});

/** A terminal of 80 columns that remembers what was written. */
function fakeTerminal(): { stream: WriteStream; text: () => string } {
  let written = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      written += chunk;
      done();
    },
  });
  const stream: WriteStream = Object.assign(Object.create(WriteStream.prototype), {
    isTTY: true,
    columns: 80,
    write: (chunk: string) => sink.write(chunk),
  });
  return { stream, text: () => written };
}
