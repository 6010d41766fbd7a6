import type { SpendAccess } from '#lib/web/videos/view.ts';

/** Who may spend, in one sentence for every page. */
export function accessSentence(access: SpendAccess): string {
  if (!access.allowed) return access.reason || 'You can watch everything here, but not generate.';
  return access.how === 'token'
    ? 'You are logged in and may generate. Everyone else can only watch.'
    : 'Anyone on this machine may generate. Everyone else can only watch.';
}
