import type { SpendAccess } from '#lib/web/videos/view.ts';

/** Who may spend, in one plain sentence for every page. */
export function accessSentence(access: SpendAccess): string {
  if (!access.allowed) return access.reason || 'You can look at everything here, but not generate.';
  return access.how === 'token'
    ? 'You are logged in and may generate. Everybody else may only look.'
    : 'Anyone at this machine may generate. Everybody else may only look.';
}
