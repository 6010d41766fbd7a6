import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint } from '#lib/web/http/endpoint.server.ts';
import { withPublicRefusals } from '#lib/web/http/problem.ts';
import { previewPrompt, readPromptQuery, refusedPrompt } from '#lib/web/videos/prompt-preview.server.ts';
import { requestedPlace } from '#lib/web/videos/request-place.server.ts';
import type { RequestHandler } from './$types';

/**
 * The prompt that an order would send, or the one that was refused (204: none was). A prompt that moderation has refused or
 * may still refuse is only shown to visitors who may order.
 */
export const GET: RequestHandler = endpoint(async (event) => {
  const { spot, era } = requestedPlace(event.params.spot, event.params.era);
  const { model, refused } = readPromptQuery(event.url.searchParams);
  if (refused !== undefined) assertMaySpend(event);
  const { prompt, isPublic } =
    refused === undefined
      ? await withPublicRefusals(() => previewPrompt(spot, era, model))
      : { prompt: await refusedPrompt(spot, era), isPublic: false };
  if (!isPublic) assertMaySpend(event);
  if (prompt === undefined) return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } });
  return new Response(prompt, {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });
});
