import { describe, expect, it } from 'vitest';
import { taskDeadline } from '#lib/wanx/dashscope/task-deadline.ts';

describe('taskDeadline', () => {
  const nowMs = Date.UTC(2026, 10, 21, 12);
  const hourMs = 3_600_000;
  it.each([
    [
      'the URL says so',
      { videoUrl: 'https://x/v.mp4?Expires=1795305600&Signature=x' },
      nowMs - hourMs,
      1_795_305_600_000,
    ],
    ['a bare URL: 24 h after our submission', { videoUrl: 'https://x/v.mp4' }, nowMs - hourMs, nowMs + 23 * hourMs],
    ['the stated time is read as UTC', { submitTimeText: '2026-11-21 09:00:00.000' }, undefined, nowMs + 21 * hourMs],
    [
      'a stated time in the future is a zone, not a time',
      { submitTimeText: '2026-11-21 19:00:00.000' },
      undefined,
      nowMs + 24 * hourMs,
    ],
    ['an unreadable time', { submitTimeText: 'today' }, undefined, nowMs + 24 * hourMs],
    ['a time before all videos', { submitTimeText: '0001-01-01 00:00:00' }, undefined, nowMs + 24 * hourMs],
    ['a time before Christ', { submitTimeText: '-200000-01-01 00:00:00' }, undefined, nowMs + 24 * hourMs],
    ['nothing known', {}, undefined, nowMs + 24 * hourMs],
  ])('%s', (_name, task, submittedAtMs, expected) => {
    expect(taskDeadline(task, submittedAtMs, nowMs).getTime()).toBe(expected);
  });
});
