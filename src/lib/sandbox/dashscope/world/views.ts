import type { SandboxCounts, SandboxTaskView } from './types.ts';
import { statusOf, type World } from './world.server.ts';

/** See `Sandbox`. */
export function letFinish({ book }: World, prompt: string): number {
  const held = book.tasks.filter((task) => task.outcome === 'never-finishes' && task.prompt.includes(prompt));
  for (const task of held) book.update(task, { outcome: undefined });
  return held.length;
}

export function viewTasks(world: World): SandboxTaskView[] {
  return world.book.tasks.map((task) => {
    const { taskId, requestId, model, prompt, submittedAtMs } = task;
    return {
      taskId,
      requestId,
      model,
      prompt,
      submittedAtMs,
      status: statusOf(world, task),
      ...world.book.spanOf(task),
    };
  });
}

export function count(world: World): SandboxCounts {
  const { submissions } = world.book;
  const having = (outcome: string) => submissions.filter((submission) => submission.outcome === outcome).length;
  return {
    accepted: submissions.filter(({ accepted }) => accepted).length,
    refused: having('refused'),
    dropped: having('dropped'),
    lost: having('lost'),
    downloadsFinished: world.requests.filter(({ path, status, finished }) => isDownload(path, status) && finished)
      .length,
  };
}

const isDownload = (path: string, status: number | undefined) =>
  path.startsWith('/dashscope-result-sandbox/') && (status === 200 || status === 206);
