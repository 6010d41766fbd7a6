import { describe, expect, it } from 'vitest';
import {
  badgeOf,
  deletionWords,
  isEnded,
  itemFacts,
  jobWords,
  mayBeFilm,
  nameProblem,
  projectWords,
  saveAllWords,
} from '#lib/components/media/media-words.ts';
import type { SaveAllView } from '#lib/web/media/media-view.ts';
import { mediaItem } from '../../fixtures/media/item-views.ts';

/** With plain spaces. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const badge = (fields: Parameters<typeof mediaItem>[0], isHere = false) =>
  plain(badgeOf(mediaItem(fields), isHere).text);

describe('the badge of an item', () => {
  it.each([
    [{}, 'On disk'],
    [{ badge: 'remote', expiresAt: '2026-11-30T18:00:00.000Z' }, 'Remote until 30 Nov 2026, 18:00 UTC'],
    [{ badge: 'remote' }, 'Remote: nobody says until when'],
    [{ badge: 'in-browser' }, 'In another browser only'],
    [{ badge: 'lost' }, 'Lost'],
    [{ badge: 'lost', lostReason: 'the link has expired' }, 'Lost: the link has expired'],
    [{ badge: 'offline' }, 'Offline: the drive of the library is away'],
    [{ badge: 'in-cloud' }, 'In the cloud: its sync service keeps the file elsewhere'],
  ] as const)('%j: %s', (fields, text) => expect(badge(fields)).toBe(text));

  it('says that this browser has the file, and that it is at risk', () => {
    expect(badge({ badge: 'in-browser' }, true)).toBe('In this browser only: at risk');
    expect(badge({ badge: 'lost' }, true)).toBe('In this browser only: at risk');
    expect(badgeOf(mediaItem({ badge: 'lost' }), true).tone).toBe('risk');
  });
});

it('says of an item what is known', () => {
  const known = mediaItem({ width: 1280, height: 720, duration: 12.4, fileSize: 3_400_000, modelId: 'fal-ai/kling' });
  expect(plain(itemFacts(known))).toBe('1280 × 720, 0:12, 3.4 MB, fal-ai/kling, added on 30 Nov 2026');
  expect(plain(itemFacts(mediaItem({ fileSize: 0 })))).toBe('added on 30 Nov 2026');
});

it('counts a project, and what its deletion removes', () => {
  const size = { projectId: 'p', items: 12, localItems: 10, bytes: 1_200_000_000 };
  expect(plain(projectWords(size))).toBe('12 items, 10 on disk, 1.2 GB');
  expect(projectWords({ ...size, items: 0 })).toBe('Nothing in it yet');
  expect(plain(deletionWords({ items: 1, files: 1, bytes: 5 }))).toMatch(
    /^1 item with 1 file would go, 5 B .*for a day\.$/,
  );
});

describe('the saving of all', () => {
  const report = { saved: 1, alreadyThere: 2, inBrowser: 0, lost: [], failed: [] };
  const view = (fields: Partial<SaveAllView>): SaveAllView => ({ state: 'done', done: 0, total: 0, ...fields });

  it.each([
    [view({ state: 'idle' }), ''],
    [view({ state: 'saving' }), 'Looking at what is to be saved…'],
    [view({ state: 'saving', done: 2, total: 9, bytesPerSecond: 1_500_000 }), '2 of 9 items, 1.5 MB a second'],
    [
      view({ state: 'saving', done: 2, total: 9, uploading: { items: 1, bytesSent: 500_000, bytesTotal: 2_000_000 } }),
      '2 of 9 items; 1 file on the way to object storage, 500 kB of 2.0 MB',
    ],
    [view({ state: 'failed', error: 'The disk is full.' }), 'The disk is full.'],
    [view({ report }), '1 item saved, 2 already on disk.'],
    [
      view({ report: { ...report, inBrowser: 1, lost: [{ name: 'a', reason: 'gone' }], failed: [] } }),
      '1 item saved, 2 already on disk, 1 in another browser, 1 lost.',
    ],
  ])('%j: %s', (shown, words) => expect(plain(saveAllWords(shown))).toBe(words));
});

it.each([
  [{ stage: 'queued', queuePosition: 3 }, 'Waiting in the queue, 3 before it'],
  [{ stage: 'generating', progress: 0.42 }, 'Being made, 42 %'],
  [{ stage: 'ready', progress: 1 }, 'Ready'],
  [{ stage: 'failed', error: 'The prompt was refused.' }, 'The prompt was refused.'],
  [{ stage: 'retrying', error: 'The server is away.' }, 'Being tried again. The server is away.'],
  [{ stage: 'unheard-of' }, 'Under way'],
])('a job with %j is told as: %s', (fields, words) => {
  const job = { jobId: 'j', model: 'm', createdAt: '2026-11-30T10:00:00.000Z', ...fields };
  expect(jobWords(job)).toBe(words);
  expect(isEnded(job)).toBe(['ready', 'failed'].includes(fields.stage));
});

it.each(['a', 'My-film_2.b', '_x'])('a project may be named %s', (name) => expect(nameProblem(name)).toBeUndefined());
it.each(['', '../x', 'a b', 'ä', '-x', '.x', 'x'.repeat(81)])('a project cannot be named %j', (name) => {
  expect(nameProblem(name)).toMatch(/^Use at most 80/);
});

it('takes for a film what the browser calls one, or whose name says so', () => {
  expect(mayBeFilm({ name: 'a', type: 'video/quicktime' })).toBe(true);
  expect(mayBeFilm({ name: 'a.MOV', type: '' })).toBe(true);
  expect(mayBeFilm({ name: 'a.png', type: 'image/png' })).toBe(false);
});
