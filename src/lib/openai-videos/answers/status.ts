/** `cancelled`, `expired` and `deleted` are no words of OpenAI's: other servers of this API use them. */
export type OpenAIVideoStatus = 'queued' | 'in_progress' | 'completed' | 'failed' | 'cancelled' | 'expired' | 'deleted';

/** Without underscores, hyphens and spaces. */
const SPELLINGS: Readonly<Record<string, OpenAIVideoStatus>> = {
  ...spelt('queued', 'queued', 'pending', 'submitted', 'waiting', 'created', 'scheduled', 'queueing', 'inqueue'),
  ...spelt('in_progress', 'inprogress', 'processing', 'running', 'generating', 'started', 'rendering'),
  ...spelt('completed', 'completed', 'complete', 'succeeded', 'success', 'succeed', 'done', 'finished', 'ready'),
  ...spelt('failed', 'failed', 'failure', 'fail', 'error', 'errored', 'rejected'),
  ...spelt('cancelled', 'cancelled', 'canceled', 'aborted'),
  ...spelt('expired', 'expired'),
  ...spelt('deleted', 'deleted', 'removed'),
};

function spelt(status: OpenAIVideoStatus, ...words: string[]): Record<string, OpenAIVideoStatus> {
  return Object.fromEntries(words.map((word) => [word, status]));
}

/**
 * Meaning of a status in any case and spelling. One that is not recognised counts as `in_progress`: it must not end the
 * wait for a paid video.
 */
export function statusOf(word: string): { status: OpenAIVideoStatus; unrecognisedStatus?: string } {
  const plain = word.toLowerCase().replace(/[\s_-]+/g, '');
  const status = Object.hasOwn(SPELLINGS, plain) ? SPELLINGS[plain] : undefined;
  return status === undefined ? { status: 'in_progress', unrecognisedStatus: word } : { status };
}
