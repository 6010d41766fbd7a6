import { ReelError } from '#lib/base/errors.ts';
import { endRule, isCancellation } from '#lib/fal/answers/error-rules.ts';
import type { FalProblem } from '#lib/fal/answers/errors.ts';
import { saying } from '#lib/fal/answers/saying.ts';
import type { FalStatus } from '#lib/fal/answers/status.ts';
import type { TaskState } from '#lib/jobs/provider.ts';

const SHORTEST_ECHO = 12;

/**
 * The state of a request that fal says has failed, or was cancelled.
 * @param problem what the answer to its result says; undefined, or a gateway's page, where that is nothing
 */
export function endOf(
  taskId: string,
  stated: FalStatus['error'],
  problem: FalProblem | undefined,
  input: Record<string, unknown>,
): TaskState {
  const said = problem?.isOfFal ? problem : undefined;
  const type = said?.type ?? stated?.type;
  const context = { taskId, stage: 'generating' } as const;
  if (isCancellation({ type })) {
    const message = `Request ${taskId} was cancelled at fal. Generate it again if you still want it.`;
    return { taskId, phase: 'canceled', assets: [], failure: new ReelError('aborted', message, context) };
  }
  const { code, advice, billable, retryable } = endRule({ ...said, type });
  const message = withoutEcho(said?.message ?? stated?.message ?? '', input);
  const what = saying(`Request ${taskId} failed at fal`, { ...said, type, message });
  const failure = new ReelError(code, `${what}. ${advice}`, { ...context, billable, retryable });
  return { taskId, phase: 'failed', assets: [], failure };
}

/** A model's error may repeat what was put in, and the prompt belongs into no log. */
function withoutEcho(words: string, input: unknown): string {
  if (typeof input === 'string') return input.length < SHORTEST_ECHO ? words : words.replaceAll(input, '…');
  if (typeof input !== 'object' || input === null) return words;
  return Object.values(input).reduce<string>((left, inner) => withoutEcho(left, inner), words);
}
