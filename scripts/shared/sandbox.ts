import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import type { Sandbox, SandboxOptions } from '#lib/sandbox/dashscope/world/types.ts';
import { API_PATH, QUEUE_PATH } from '#lib/sandbox/fal/fal-world.server.ts';
import { NOTION_PATH, NOTION_TOKEN } from '#lib/sandbox/notion/notion-sandbox.ts';
import { startSandbox } from '#lib/sandbox/sandbox.server.ts';

/** A sandbox for the duration of one command. */
export interface SandboxUse {
  baseUrl: string;
  taskDurationMs: number;
  /** Undefined while this command uses another command's sandbox. */
  own: () => Sandbox | undefined;
  close(): Promise<void>;
}

export type SandboxTuning = Pick<SandboxOptions, 'taskDurationMs'>;

const DEFAULT_TASK_MS = 3000;
const FIRST_PORT = 20_000;
const PORTS = 12_000;
const PORTS_TRIED = 5;
const WATCH_EVERY_MS = 500;

/**
 * Makes the library read and write below `sandbox-output/`, regardless of the settings: sandbox clips must never mix with
 * paid videos, and a real key must never reach a sandbox. The budget is ignored, because nothing costs anything.
 * Call it before the library reads its settings.
 * @returns the folder
 */
export function useSandboxFolder(): string {
  const folder = resolve(process.env.WANX_PROJECT_ROOT?.trim() || process.cwd(), 'sandbox-output');
  Object.assign(process.env, {
    WANX_VIDEO_DIR: join(folder, 'videos'),
    WANX_METADATA_PATH: join(folder, 'generated-videos.json'),
    GENERATED_VIDEOS_DIR: join(folder, 'generated-videos'),
    REELKEEP_MEDIA_DIR: join(folder, 'media'),
  });
  for (const name of ['WANX_BUDGET_USD', 'REELKEEP_DATABASE', 'REELKEEP_ASSETS']) delete process.env[name];
  return folder;
}

/**
 * Starts a sandbox in this process and points the library at it. Its tasks outlive the process in `state.json`, and its
 * port is derived from the folder, so the next command can finish what a killed one left. A concurrent command joins the
 * running sandbox, and replaces it if the other command exits first.
 * @throws ReelError `config` if there is no free port
 */
export async function useSandbox(tuning: SandboxTuning = {}): Promise<SandboxUse> {
  const folder = useSandboxFolder();
  mkdirSync(folder, { recursive: true });
  const options = { taskDurationMs: taskDurationMs(tuning), statePath: join(folder, 'state.json') };
  const { port, own } = await startOrJoin(folder, options);
  const baseUrl = `http://127.0.0.1:${port}/api/v1`;
  Object.assign(process.env, environmentOf(baseUrl, options.taskDurationMs));
  let sandbox = own;
  let isLooking = false;
  const takeOver = async () => {
    if (sandbox || isLooking) return;
    isLooking = true;
    if (!(await isSandboxAt(port))) sandbox = await startSandbox({ ...options, port }).catch(() => undefined);
    isLooking = false;
  };
  const watch = setInterval(takeOver, WATCH_EVERY_MS);
  watch.unref();
  return {
    baseUrl,
    taskDurationMs: options.taskDurationMs,
    own: () => sandbox,
    close: async () => {
      clearInterval(watch);
      await sandbox?.close();
    },
  };
}

function environmentOf(baseUrl: string, taskMs: number): Record<string, string> {
  return {
    DASHSCOPE_API_KEY: 'sk-sandbox-costs-nothing',
    DASHSCOPE_HTTP_BASE_URL: baseUrl,
    WANX_ALLOW_PRIVATE_NETWORK: '1',
    WANX_POLL_INTERVAL_MS: String(Math.min(500, Math.max(20, Math.round(taskMs / 6)))),
    NOTION_TOKEN,
    NOTION_BASE_URL: new URL(NOTION_PATH, baseUrl).href,
    OPENAI_VIDEOS_API_KEY: 'sk-sandbox-costs-nothing',
    OPENAI_VIDEOS_BASE_URL: new URL('/v1', baseUrl).href,
    OPENAI_VIDEOS_MODEL: 'sora-2',
    FAL_KEY: 'sandbox-costs-nothing',
    FAL_QUEUE_BASE_URL: new URL(QUEUE_PATH, baseUrl).href,
    FAL_API_BASE_URL: new URL(API_PATH, baseUrl).href,
  };
}

/** `REELKEEP_SANDBOX_TASK_MS` makes tests fast. */
function taskDurationMs(tuning: SandboxTuning): number {
  const asked = Number(process.env.REELKEEP_SANDBOX_TASK_MS);
  return Number.isFinite(asked) && asked > 0 ? asked : (tuning.taskDurationMs ?? DEFAULT_TASK_MS);
}

async function startOrJoin(folder: string, options: SandboxOptions): Promise<{ port: number; own?: Sandbox }> {
  for (const port of portsOf(folder)) {
    try {
      return { port, own: await startSandbox({ ...options, port }) };
    } catch (error) {
      if (!isReelError(error) || error.code !== 'config') throw error;
      if (await isSandboxAt(port)) return { port };
    }
  }
  throw new ReelError('config', 'The sandbox found no free port on 127.0.0.1. Stop another program, then try again.');
}

/** The same ports for the same folder: a record names the endpoint of its task, and can only be finished there. */
function portsOf(folder: string): number[] {
  const hash = createHash('sha256').update(folder).digest().readUInt32BE(0);
  return Array.from({ length: PORTS_TRIED }, (_, index) => FIRST_PORT + ((hash + index) % PORTS));
}

async function isSandboxAt(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/__sandbox/`, { signal: AbortSignal.timeout(2000) }).catch(
    () => undefined,
  );
  await answer?.body?.cancel();
  return answer?.headers.get('x-reelkeep-sandbox') === '1';
}
