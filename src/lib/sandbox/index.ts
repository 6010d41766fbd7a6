// The public surface of the sandbox: local stand-ins for the paid services, for development and tests.
import '#lib/base/supported-node.server.ts';

export type { Fault } from './dashscope/world/fault-kinds.ts';
export type {
  Sandbox,
  SandboxCounts,
  SandboxOptions,
  SandboxRequest,
  SandboxSubmission,
  SandboxTaskView,
} from './dashscope/world/types.ts';
export type { FalFault } from './fal/fault-kinds.ts';
export type { SandboxFal, SandboxFalRequestView, SandboxFalSubmission, SandboxFalWebhook } from './fal/types.ts';
export type { NotionFault } from './notion/faults.ts';
export type { NotionPageView, NotionRequest, NotionSandbox, NotionWrite } from './notion/types.ts';
export type { VideoFault } from './openai-videos/fault-kinds.ts';
export type { SandboxCreation, SandboxVideos, SandboxVideoView } from './openai-videos/types.ts';
export { startSandbox } from './sandbox.server.ts';
