// The public surface: what the main process of an Electron app imports.
import '#lib/base/supported-node.server.ts';

export { ERROR_CODES, type ErrorCode, isReelError, ReelError } from '#lib/base/errors.ts';
export type * from './bridge.ts';
export { electronLibrary } from './electron-library.server.ts';
export { mediaScheme, registerMediaProtocol } from './media-protocol.server.ts';
export type * from './types.ts';
export {
  registerVideoSaveHandler,
  type VideoSaveHandler,
  type VideoSaveOptions,
} from './video-save-handler.server.ts';
