// The public surface: what routes and scripts import. SvelteKit refuses to bundle it for the browser.

import '#lib/base/supported-node.server.ts';

export { ERROR_CODES, type ErrorCode, isReelError, ReelError } from '#lib/base/errors.ts';

// The client of the service.

export type { OpenAIVideoStatus } from './answers/status.ts';
export type { OpenAIVideo } from './answers/video.ts';
export type {
  CallOptions,
  ContentLink,
  CreateOptions,
  ListOptions,
  OpenAIVideoRequest,
  OpenAIVideosClientOptions,
  OpenAIVideoVariant,
  RequestEncoding,
} from './api/options.ts';
export { OpenAIVideosClient } from './openai-videos-client.ts';
