import { ProblemError } from './problem.ts';

/** @throws ProblemError `method-not-allowed` with the methods that are */
export function assertMethod({ method }: Request, allowed: readonly string[]): void {
  if (allowed.includes(method)) return;
  const allow = allowed.join(', ');
  throw new ProblemError('method-not-allowed', `Use ${allowed.join(' or ')}.`, { headers: { allow } });
}
