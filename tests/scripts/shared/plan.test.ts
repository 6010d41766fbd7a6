import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '#lib/config.ts';
import type { VideoMetadata } from '#lib/wanx/index.ts';
import { planFor, videoState } from '../../../scripts/shared/plan.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const SOON = '2026-11-21T13:00:00Z';
const BEFORE = '2026-11-21T11:00:00Z';
const intent = { requestHash: 'h', attempt: 1, at: BEFORE, estimate: { usd: 0.5, units: 5 } };

type Change = Partial<VideoMetadata>;
const record = (change: Change): VideoMetadata => ({
  ...{ spotId: 'giza', eraId: 'today', prompt: 'p', status: 'generating', createdAt: BEFORE },
  ...change,
});

const TABLE: Array<{ what: string; change: Change; state: string; plan: string }> = [
  { what: 'a running task', change: { taskId: 't', intent }, state: 'unfinished', plan: 'finish' },
  {
    what: 'one that a process works on',
    change: { taskId: 't', intent, lease: { owner: 'o', fence: 1, expiresAt: SOON } },
    state: 'under way',
    plan: 'finish',
  },
  {
    what: 'one whose process died',
    change: { taskId: 't', intent, lease: { owner: 'o', fence: 1, expiresAt: BEFORE } },
    state: 'unfinished',
    plan: 'finish',
  },
  { what: 'a lost answer', change: { intent }, state: 'outcome unknown', plan: 'finish' },
  { what: 'a refusal', change: { status: 'failed', taskId: 't', errorCode: 'rejected' }, state: 'failed', plan: 'buy' },
  {
    what: 'an expired one',
    change: { status: 'failed', taskId: 't', errorCode: 'expired' },
    state: 'expired',
    plan: 'buy',
  },
  {
    what: 'a failed download',
    change: { status: 'failed', taskId: 't', errorCode: 'network' },
    state: 'unfinished',
    plan: 'finish',
  },
  { what: 'a lost file', change: { status: 'ready', localPath: 'x.mp4' }, state: 'file missing', plan: 'buy' },
  {
    what: 'a lost file with a live link',
    change: { status: 'ready', localPath: 'x.mp4', taskId: 't', expiresAt: SOON },
    state: 'file missing',
    plan: 'finish',
  },
  {
    what: 'a cancelled one that runs on',
    change: { taskId: 't', canceledAt: BEFORE },
    state: 'cancelled',
    plan: 'finish',
  },
  {
    what: 'a cancelled one of which nobody knows whether it runs',
    change: { intent, canceledAt: BEFORE, status: 'failed', errorCode: 'aborted' },
    state: 'cancelled',
    plan: 'finish',
  },
  {
    what: 'a cancelled one that never ran',
    change: { taskId: 't', canceledAt: BEFORE, cancelConfirmed: true },
    state: 'cancelled',
    plan: 'buy',
  },
];

const running: Change = { taskId: 't', intent, status: 'failed', retries: { count: 1, nextAt: SOON } };

describe('how a video stands, and whether asking for it costs money', () => {
  const settings = readSettings({ WANX_PROJECT_ROOT: '/nowhere' });

  it.each(TABLE)('$what: $state, $plan', ({ change, state, plan }) => {
    expect(videoState(settings, record(change), NOW)).toBe(state);
    expect(planFor(settings, record(change), NOW)).toBe(plan);
  });

  it.each<[what: string, change: Change, plan: string]>([
    ['an outcome that was looked for in vain', { intent: { ...intent, candidates: [] } }, 'buy'],
    ['a lost answer that nobody has looked for', { intent }, 'finish'],
    ['a task that the provider does not know', { ...running, errorCode: 'expired' }, 'buy'],
    ['a running task', running, 'finish'],
  ])('tells what force does with %s', (_what, change, plan) => {
    expect(planFor(settings, record(change), NOW, true)).toBe(plan);
  });

  it('buys what was never made, and a finished one only by force', () => {
    const root = temporaryFolder();
    const here = readSettings({ WANX_PROJECT_ROOT: root });
    mkdirSync(join(root, 'static'));
    writeFileSync(join(root, 'static/x.mp4'), 'whole');
    const ready = record({ status: 'ready', localPath: 'static/x.mp4', sizeBytes: 5 });
    expect(planFor(here, undefined, NOW)).toBe('buy');
    expect(planFor(here, ready, NOW)).toBe('have');
    expect(planFor(here, ready, NOW, true)).toBe('buy');
  });
});
