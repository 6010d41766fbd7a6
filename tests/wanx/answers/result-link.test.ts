import { describe, expect, it } from 'vitest';
import { taskPageOf } from '#lib/wanx/answers/tasks.ts';
import { documentedAnswers, documentedList, valueAt } from '../../fixtures/dashscope-answers.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
import { BASE, FakeDashScope, KEY, rejection, testClient } from '../../fixtures/wire/dashscope.ts';
import { mockNetwork } from '../../fixtures/wire/mock-network.ts';

const provider = new FakeDashScope();
mockNetwork(provider.handler);

function clientThatIsTold(answer: unknown) {
  provider.answer({ body: JSON.stringify(answer) });
  return testClient({ apiKey: KEY, baseUrl: BASE, clock: new VirtualClock() });
}

describe.each(documentedAnswers)('the documented answer $name', ({ answer, reads, linkAt }) => {
  const taskId = answer.output.task_id;

  it('is read whole', async () => {
    const task = await clientThatIsTold(answer).getTask(taskId);
    const { status, unrecognisedStatus, code, error: _, billedSeconds: durationSeconds, ...amounts } = reads;
    expect(task).toMatchObject({ taskId, status, requestId: answer.request_id, raw: answer });
    expect(task.unrecognisedStatus).toBe(unrecognisedStatus);
    expect(task.code).toBe(code);
    expect(task.prompt).toBe(answer.output.orig_prompt);
    expect(task.videoUrl).toBe(linkAt && valueAt(answer, linkAt));
    expect(linkAt === undefined).toBe(status !== 'SUCCEEDED');
    const usage = { ...amounts, ...(durationSeconds !== undefined && { durationSeconds }), raw: answer.usage };
    if (answer.usage === undefined) expect(task.usage).toBeUndefined();
    else expect(task.usage).toEqual(usage);
  });

  it.runIf(reads.status === 'SUCCEEDED')('ends the wait with its link', async () => {
    expect(await clientThatIsTold(answer).waitForTask(taskId)).toMatchObject({
      videoUrl: valueAt(answer, linkAt ?? ''),
    });
  });

  it.runIf(reads.error)('ends the wait with its reason', async () => {
    const error = await rejection(clientThatIsTold(answer).waitForTask(taskId));
    expect(error).toMatchObject({ code: reads.error, taskId });
  });
});

it('reads a documented page of the list', () => {
  const page = taskPageOf(documentedList);
  expect(page).toMatchObject({ rows: 2, totalPages: 1 });
  expect(page?.tasks).toMatchObject([
    { status: 'SUCCEEDED', model: 'wanx2.1-kf2v-plus', endedAt: expect.any(Date) },
    { status: 'RUNNING', startedAt: expect.any(Date) },
  ]);
  expect(page?.tasks[1]).not.toHaveProperty('endedAt');
});
