import { fail, redirect } from '@sveltejs/kit';
import { logIn, logOut } from '#lib/web/access/login.server.ts';
import { ownPath } from '#lib/web/access/own-path.ts';
import { accessOf } from '#lib/web/access/visitor.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  const { waitMs: _waitMs, ...access } = accessOf(event);
  return { access };
};

export const actions: Actions = {
  login: async (event) => {
    const form = await event.request.formData().catch(ofNoForm);
    if (!form) return fail(400, { message: 'This is not a form that can be read. Send it again.' });
    const refusal = logIn(event, String(form.get('token') ?? ''));
    if (refusal) return fail(refusal.status, { message: refusal.message });
    redirect(303, ownPath(String(form.get('from') ?? '')));
  },
  logout: (event) => {
    logOut(event);
    redirect(303, '/');
  },
};

/** Only what cannot be read is the sender's fault. @throws the rest: that the form is too large, for one */
function ofNoForm(error: unknown): undefined {
  if (!(error instanceof TypeError)) throw error;
}
