import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Child } from '../../fixtures/processes/child.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { mostWithin } from '../../fixtures/wire/limited-requests.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

const ACCOUNT_LIMIT = 20;
const PHASE_MS = 4000;
const TASK = JSON.stringify({ request_id: 'r', output: { task_id: 'task', task_status: 'RUNNING' } });

it('four processes with one key, one of them killed, never exceed the limit of the account together', async () => {
  const arrivedAtMs: number[] = [];
  const base = await loopback(async (request, response) => {
    arrivedAtMs.push(performance.now());
    request.resume();
    // As unsteady as a network.
    await setTimeout(Math.random() * 120);
    response.setHeader('content-type', 'application/json').end(TASK);
  });
  const folder = temporaryFolder();
  const children = Array.from({ length: 4 }, () => new Child('query-hammer.ts', [`${base}/api/v1`, folder]));
  const first = await Promise.all(children.map((child) => child.line()));
  expect(first).toEqual(children.map(() => 'answered'));

  await setTimeout(PHASE_MS);
  const beforeKill = arrivedAtMs.length;
  const [victim, ...survivors] = children;
  victim?.signal('SIGKILL');
  expect(await victim?.exit).toBe('SIGKILL');
  await setTimeout(PHASE_MS);
  const afterKill = arrivedAtMs.length - beforeKill;
  for (const child of survivors) child.say('stop');
  const lines = await Promise.all(survivors.map((child) => child.rest()));

  expect(mostWithin(1000, arrivedAtMs)).toBeLessThanOrEqual(ACCOUNT_LIMIT);
  // It is the limit that holds them back, and not that little was asked; what the killed one had on its way counts longer.
  expect(beforeKill).toBeGreaterThan((PHASE_MS / 1000) * 12);
  expect(afterKill).toBeGreaterThan((PHASE_MS / 1000) * 5);
  for (const said of lines) {
    expect(said.length).toBeGreaterThan(5);
    expect(new Set(said)).toEqual(new Set(['answered']));
  }
  const [own = ''] = readdirSync(folder).filter((name) => name.startsWith('reelkeep-'));
  expect(existsSync(join(folder, own, 'requests'))).toBe(true);
});
