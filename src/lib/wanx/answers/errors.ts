import { type Billable, type ErrorStage, ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import { errorRule } from './error-rules.ts';

/** What was being done: decides what an error means for the money. */
export type ProviderAction = 'submit' | 'query' | 'task' | 'list' | 'cancel' | 'upload';

export interface ProviderProblem {
  action: ProviderAction;
  /** Missing when the error is inside a task that HTTP delivered well. */
  httpStatus?: number | undefined;
  code?: string | undefined;
  message?: string | undefined;
  requestId?: string | undefined;
  taskId?: string | undefined;
}

const WHAT: Record<ProviderAction, string> = {
  submit: 'DashScope refused the submission',
  query: 'DashScope could not read the task',
  task: 'The generation failed at DashScope',
  list: 'DashScope could not list the tasks',
  cancel: 'DashScope did not cancel the task',
  upload: 'DashScope gave no upload credential',
};
const STAGES: Record<ProviderAction, ErrorStage> = {
  submit: 'submitting',
  query: 'generating',
  task: 'generating',
  list: 'submitting',
  cancel: 'queued',
  upload: 'submitting',
};
/** Only a success is billed; an error about a task says nothing about the task itself. */
const BILLABLE: Record<ProviderAction, Billable> = {
  submit: 'no',
  query: 'maybe',
  task: 'no',
  list: 'no',
  cancel: 'maybe',
  upload: 'no',
};

/**
 * The ReelError for a failure that the provider reported, at the HTTP level or inside a task. A submission whose rule is
 * not `surelyNotCreated` becomes `unknown-outcome`.
 */
export function providerError(problem: ProviderProblem): ReelError {
  const found = errorRule(problem);
  const lost = problem.action === 'submit' && !found.surelyNotCreated;
  const said = saidBy(problem);
  const advice = lost ? UNKNOWN_OUTCOME_ADVICE : found.advice;
  const what = lost ? 'DashScope failed while accepting the submission' : WHAT[problem.action];
  return new ReelError(lost ? 'unknown-outcome' : found.code, `${what}${said}. ${advice}`, {
    stage: STAGES[problem.action],
    retryable: lost ? false : found.retryable,
    billable: lost ? 'maybe' : BILLABLE[problem.action],
    taskId: problem.taskId,
    requestId: problem.requestId,
  });
}

export const UNKNOWN_OUTCOME_ADVICE =
  'A task may exist and be billed: look for it in the list of recent tasks before you submit again.';

const SHOWN_MESSAGE = 300;

function saidBy(problem: ProviderProblem): string {
  const parts = [problem.code, problem.httpStatus === undefined ? undefined : `HTTP ${problem.httpStatus}`];
  const label = parts.filter((part) => part !== undefined).join(', ');
  const message = redactText((problem.message ?? '').replaceAll(/\s+/g, ' ').trim()).slice(0, SHOWN_MESSAGE);
  const quoted = message === '' ? '' : `: “${message.replace(/[.\s]+$/, '')}”`;
  return `${label === '' ? '' : ` (${redactText(label).slice(0, 120)})`}${quoted}`;
}
