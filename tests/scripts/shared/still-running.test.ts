import { writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { VideoMetadata } from '#lib/wanx/index.ts';
import { showStillRunning } from '../../../scripts/shared/make-video.ts';
import { intentAt } from '../../fixtures/records/job-records.ts';
import { emptyProject, heard } from '../../fixtures/records/told-output.ts';

const AT = '2026-11-21T00:00:00.000Z';
const UNDER_WAY: VideoMetadata = {
  ...{ spotId: 'giza', eraId: 'today', prompt: 'p', createdAt: AT, submittedAt: AT, status: 'generating', taskId: 't' },
  intent: intentAt(AT),
};

let path = '';
beforeEach(() => {
  path = emptyProject();
});

function store(...records: VideoMetadata[]): void {
  writeFileSync(path, JSON.stringify(records));
}

describe('what is still running after a Ctrl-C', () => {
  const keys = new Set(['giza/today']);

  it('is listed', async () => {
    store(UNDER_WAY);
    const { context, text } = heard();
    await showStillRunning(context, keys);
    expect(text()).toContain('Still running at the provider:\n  giza/today  task t');
  });

  it('is nothing when the records say so', async () => {
    store();
    const { context, text } = heard();
    await showStillRunning(context, keys);
    expect(text()).toBe('Stopped. Nothing is running at the provider.\n');
  });

  it('is not known when the records cannot be read', async () => {
    writeFileSync(path, '[{"spotId": "gi');
    const { context, text } = heard();
    await showStillRunning(context, keys);
    expect(text()).toMatch(
      /^Stopped\. The records cannot be read, so it is unknown what is still running at the provider\./,
    );
    expect(text()).toContain('npm run resume');
    expect(text()).not.toContain('Nothing is');
  });

  it('is null for programs then, and not an empty list', async () => {
    writeFileSync(path, '[{"spotId": "gi');
    const { context, text } = heard(true);
    await showStillRunning(context, keys);
    expect(JSON.parse(text())).toMatchObject({ type: 'interrupted', stillRunning: null });
  });
});
