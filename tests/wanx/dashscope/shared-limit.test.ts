import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { sharedLimit } from '#lib/wanx/dashscope/shared-limit.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
import { FakeDashScope, KEY, TASK_ID, taskAnswer, testClient } from '../../fixtures/wire/dashscope.ts';
import { mockNetwork } from '../../fixtures/wire/mock-network.ts';

const provider = new FakeDashScope();
const elsewhere = http.get('https://eu.dashscope.test/*', () => HttpResponse.json(taskAnswer('PENDING').body));
mockNetwork(provider.handler, elsewhere);

let file: string;
beforeEach(() => {
  const folder = temporaryFolder();
  vi.stubEnv('TMPDIR', folder);
  file = join(folder, `reelkeep-${process.getuid?.() ?? 'user'}`, 'requests');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('sharedLimit', () => {
  it('is one for a name and a clock', () => {
    const clock = new VirtualClock();
    expect(sharedLimit('a', 1, clock)).toBe(sharedLimit('a', 1, clock));
    expect(sharedLimit('a', 1, clock)).not.toBe(sharedLimit('b', 1, clock));
    expect(sharedLimit('a', 1, clock)).not.toBe(sharedLimit('a', 1, new VirtualClock()));
    expect(sharedLimit('a', 1, systemClock)).toBe(sharedLimit('a', 1, systemClock));
    expect(sharedLimit('a', 1, systemClock)).not.toBe(sharedLimit('b', 1, systemClock));
  });
});

describe('a client', () => {
  /** How many requests of each name stand in the file of this machine. */
  const counted = (): number[] => {
    const slots: Record<string, unknown[]> = JSON.parse(readFileSync(file, 'utf8').split('\n')[1] ?? '');
    return Object.values(slots).map((of) => of.length);
  };

  it('counts queries and submissions with all other processes of the machine, and shows nobody the key', async () => {
    provider.answer(taskAnswer('PENDING'));
    await testClient({ clock: systemClock }).getTask(TASK_ID);
    await testClient({ clock: systemClock }).getTask(TASK_ID);
    await testClient({ clock: systemClock }).submit({ prompt: 'a harbour' });
    expect(counted()).toEqual([2, 1]);
    expect(readFileSync(file, 'utf8')).not.toContain(KEY);
  });

  it('counts another key, and another host, apart', async () => {
    provider.answer(taskAnswer('PENDING'));
    await testClient({ clock: systemClock }).getTask(TASK_ID);
    await testClient({ clock: systemClock, apiKey: 'sk-another' }).getTask(TASK_ID);
    await testClient({ clock: systemClock, baseUrl: 'https://eu.dashscope.test/api/v1' }).getTask(TASK_ID);
    expect(counted()).toEqual([1, 1, 1]);
  });

  it('with a clock of its own counts for itself: its times mean nothing to others', async () => {
    provider.answer(taskAnswer('PENDING'));
    await testClient({ clock: new VirtualClock() }).getTask(TASK_ID);
    expect(existsSync(file)).toBe(false);
  });
});
