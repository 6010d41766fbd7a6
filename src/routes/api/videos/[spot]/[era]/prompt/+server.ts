import { readSettings } from '#lib/config.ts';
import { buildEnhancedPrompt } from '#lib/wanx/index.ts';
import { endpoint } from '#lib/web/endpoint.server.ts';
import { placeOf } from '#lib/web/library.server.ts';
import type { RequestHandler } from './$types';

/** The prompt that an order without choices would send. Made of the catalogue alone: it tells nothing of any order. */
export const GET: RequestHandler = endpoint(({ params }) => {
  const { spot, era } = placeOf(params.spot, params.era);
  const prompt = buildEnhancedPrompt(spot, era, { model: readSettings().wanxModel });
  return new Response(prompt, {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });
});
