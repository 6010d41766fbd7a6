import type { PastRequest } from '#lib/fal/answers/history.ts';
import type { SubmissionQuery } from '#lib/jobs/provider.ts';
import type { Candidate } from '#lib/jobs/record/job-record.ts';
import { requestHash } from '#lib/jobs/submit/request-hash.server.ts';

/**
 * The requests of fal's history that a POST without an answer may have made: those of the same model and input, whatever the
 * order of its fields. One that shows no input may be anybody's.
 * @param hash of the request that was sent, by `requestHash`
 */
export async function findRequests(
  rows: AsyncIterable<PastRequest>,
  { modelId, hash }: { modelId: string; hash: string },
  { except }: Pick<SubmissionQuery<unknown>, 'except'>,
): Promise<Candidate[]> {
  const candidates = new Map<string, Candidate>();
  for await (const { requestId: taskId, sentAt, statusCode, input } of rows) {
    if (except.has(taskId)) continue;
    const isCertain = input !== undefined;
    if (isCertain && requestHash({ modelId, input }) !== hash) continue;
    candidates.set(taskId, {
      ...{ taskId, isCertain },
      ...(sentAt !== undefined && { submittedAt: new Date(sentAt).toISOString() }),
      ...(statusCode !== undefined && { status: String(statusCode) }),
    });
  }
  return [...candidates.values()];
}
