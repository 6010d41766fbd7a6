// The public surface of the capture: from an expiring link to a verified file, whoever made the link.
import '#lib/base/supported-node.server.ts';

export { ERROR_CODES, type ErrorCode, isReelError, ReelError } from '#lib/base/errors.ts';
export type { ProxySettings } from '#lib/base/network/proxy.server.ts';
export * from './capture.server.ts';
export * from './formats/formats.server.ts';
