import { fail, redirect } from '@sveltejs/kit';
import { logIn, logOut } from '#lib/web/login.server.ts';
import { ownPath } from '#lib/web/own-path.ts';
import { accessOf } from '#lib/web/visitor.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  const { waitMs: _waitMs, ...access } = accessOf(event);
  return { access };
};

export const actions: Actions = {
  login: async (event) => {
    const form = await event.request.formData();
    const refusal = logIn(event, String(form.get('token') ?? ''));
    if (refusal) return fail(refusal.status, { message: refusal.message });
    redirect(303, ownPath(String(form.get('from') ?? '')));
  },
  logout: (event) => {
    logOut(event);
    redirect(303, '/');
  },
};
