import { writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { VideoMetadata } from '#lib/wanx/index.ts';
import { showMeanwhile } from '../../../scripts/shared/meanwhile.ts';
import { intentAt } from '../../fixtures/records/job-records.ts';
import { emptyProject, heard } from '../../fixtures/records/told-output.ts';

const AT = '2026-11-21T00:00:00.000Z';
const IDS = { spotId: 'giza', eraId: 'today' };
const UNDER_WAY: VideoMetadata = {
  ...{ ...IDS, prompt: 'p', createdAt: AT, submittedAt: AT, status: 'generating', taskId: 't' },
  intent: intentAt(AT),
};

let path = '';
beforeEach(() => {
  path = emptyProject();
});

function store(...records: VideoMetadata[]): void {
  writeFileSync(path, JSON.stringify(records));
}

describe('a video that resume finds no longer unfinished', () => {
  const failed = { ...UNDER_WAY, status: 'failed' as const, errorCode: 'rejected', error: 'Moderation refused it.' };
  it.each<[string, VideoMetadata[], number, string]>([
    ['finished', [{ ...UNDER_WAY, status: 'ready' }], 0, 'giza/today: meanwhile finished by another process'],
    ['cancelled', [{ ...UNDER_WAY, status: 'failed', canceledAt: AT }], 1, 'giza/today was cancelled in the meantime'],
    ['failed', [failed], 1, 'failed in another process: Moderation refused it.'],
    ['ordered again', [UNDER_WAY], 6, 'has ordered giza/today again'],
    ['gone', [], 1, 'The record of giza/today is missing'],
  ])('%s: counts as what it is', async (_what, records, exitCode, words) => {
    store(...records);
    const { context, text } = heard();
    expect(await showMeanwhile(context, 'giza/today')).toMatchObject({ key: 'giza/today', exitCode });
    expect(text()).toContain(words);
  });

  it('is told to programs with its code', async () => {
    store({ ...UNDER_WAY, status: 'failed', canceledAt: AT });
    const { context, text } = heard(true);
    await showMeanwhile(context, 'giza/today');
    const [event = ''] = text().split('\n');
    const told = { type: 'result', ...IDS, success: false, code: 'aborted', resumable: false, taskId: 't' };
    expect(JSON.parse(event)).toMatchObject(told);
  });
});
