import { readSettings } from '#lib/config.ts';
import { isLoopbackHost } from '#lib/web/access/visitor-rules.ts';
import type { MediaOverview } from './media-view.ts';

/** Suggestions for a page: fal has hundreds of models, and adds some every week. */
const MODELS = [
  'fal-ai/veo3/fast',
  'fal-ai/veo3',
  'fal-ai/kling-video/v2.5-turbo/pro/text-to-video',
  'fal-ai/wan/v2.2-a14b/text-to-video',
  'fal-ai/minimax/hailuo-02/standard/text-to-video',
];

/** Whether films can be made here. */
export function generatingView(): MediaOverview['generate'] {
  const { falKey, falQueueBaseUrl } = readSettings();
  const available = falKey !== undefined;
  return {
    available,
    sandbox: available && isLoopbackHost(new URL(falQueueBaseUrl).host),
    ...(!available && { reason: 'Set FAL_KEY on the server to generate films with fal, or start it with --sandbox.' }),
    models: MODELS.map((id) => ({ id })),
  };
}
