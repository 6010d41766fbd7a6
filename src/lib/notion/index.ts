// The public surface. It re-exports files that only a server may load, so SvelteKit refuses to bundle it for the browser.
import '#lib/base/supported-node.server.ts';

export { ERROR_CODES, type ErrorCode, isReelError, ReelError } from '#lib/base/errors.ts';
export { createNotionUpdates, sharedNotionUpdates } from './notion-updates.server.ts';
export type * from './options.ts';
export { notionRecordPart } from './records/update-store.server.ts';
