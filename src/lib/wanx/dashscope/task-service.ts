import type { CompleteRequest, WanxRequest } from '#lib/wanx/request/options.ts';
import type { CallOptions, ListFilter, SubmitOptions, WaitOptions } from './options.ts';
import type { WanxTask, WanxTaskSummary } from './task.ts';

/** What the jobs need of the client: its tasks. */
export interface TaskService {
  readonly baseUrl: string;
  /** Distinguishes accounts without showing the key. */
  readonly account: string;
  /** How far the provider's clock is ahead of ours; undefined before its first answer. */
  readonly clockAheadMs: number | undefined;
  /** @throws ReelError `invalid-input` for what the client would refuse to send */
  complete(request: WanxRequest): CompleteRequest;
  submit(request: WanxRequest, options?: SubmitOptions): Promise<WanxTask>;
  getTask(taskId: string, options?: CallOptions): Promise<WanxTask>;
  waitForTask(taskId: string, options?: WaitOptions): Promise<WanxTask>;
  cancelTask(taskId: string, options?: CallOptions): Promise<void>;
  listTasks(filter?: ListFilter, options?: CallOptions): AsyncIterable<WanxTaskSummary>;
}
