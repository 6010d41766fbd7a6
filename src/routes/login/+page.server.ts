import { fail, redirect } from '@sveltejs/kit';
import { logIn, logOut } from '#lib/web/access/login.server.ts';
import { ownPath } from '#lib/web/access/own-path.ts';
import { accessOf } from '#lib/web/access/visitor.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  const access = accessOf(event);
  return { access };
};

export const actions: Actions = {
  login: async (event) => {
    const form = await event.request.formData().catch(undefinedIfUnreadable);
    if (!form) return fail(400, { message: 'The form could not be read. Send it again.' });
    const refusal = logIn(event, String(form.get('token') ?? ''));
    if (refusal) return fail(refusal.status, { message: refusal.message });
    redirect(303, ownPath(String(form.get('from') ?? '')));
  },
  logout: (event) => {
    logOut(event);
    redirect(303, '/');
  },
};

/** Only an unreadable form is the sender's fault. @throws everything else, for example that the form is too large */
function undefinedIfUnreadable(error: unknown): undefined {
  if (!(error instanceof TypeError)) throw error;
}
