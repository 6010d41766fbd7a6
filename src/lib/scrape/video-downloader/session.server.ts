import { join } from 'node:path';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import { proxyFor } from '#lib/base/network/proxy.server.ts';
import { assertPublicHost, reachableAddresses } from '#lib/capture/http/address-guard.server.ts';
import { parseTarget } from '#lib/capture/http/target.ts';
import { readProxy, readSettings, readToolEnvironment } from '#lib/config.ts';
import { sortFailure } from './answers/failure.ts';
import { RetryAfterReader } from './answers/retry-after.ts';
import { TOOLS } from './folder.server.ts';
import { type GuardProxy, startGuardProxy } from './network/guard-proxy.server.ts';
import type { CommonArguments } from './plan/arguments.ts';
import { tooLarge } from './plan/page-info.ts';
import { childEnvironment } from './tool/environment.ts';
import { guardedPath, wrapFfmpeg } from './tool/ffmpeg-wrapper.server.ts';
import { nodeForScripts } from './tool/offline-node.server.ts';
import { runLines } from './tool/run-lines.server.ts';
import { findYtDlp } from './tool/yt-dlp.server.ts';
import type { DownloaderOptions } from './types.ts';

/** One use of yt-dlp: the program, the proxy in front of the network, and the limits. */
export interface Session {
  common: CommonArguments;
  hasFfmpeg: boolean;
  proxy: GuardProxy;
  clock: Clock;
  /** Runs yt-dlp. Lines may come that were not asked for: its traffic. @throws ReelError for every end but a good one */
  run(args: string[], mostBytes: number, onLine: (line: string) => void): Promise<void>;
}

/** Gives `work` a session, and ends everything that belongs to it afterwards. */
export async function withSession<T>(
  { url, folder }: { url: string; folder: string },
  options: DownloaderOptions & { signal: AbortSignal },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { clock = systemClock, resolve, signal } = options;
  const allowPrivateNetwork = options.allowPrivateNetwork ?? readSettings().allowPrivateNetwork;
  const behind = options.proxy ?? readProxy();
  await assertAddress(url, { ...options, allowPrivateNetwork, proxy: behind });
  const environment = childEnvironment(options.environment ?? readToolEnvironment());
  const limits = { environment, signal };
  const ytDlpPath = options.ytDlpPath ?? readSettings().ytDlpPath;
  const { path, knows } = await findYtDlp({ ...limits, ytDlpPath, allowOldYtDlp: options.allowOldYtDlp });
  const proxy = await startGuardProxy({ allowPrivateNetwork, proxy: behind, resolve });
  try {
    const ffmpegFolder = join(folder, TOOLS);
    const hasFfmpeg = await wrapFfmpeg(ffmpegFolder, environment).catch((error: unknown) => {
      throw diskError(error, folder, 'downloading');
    });
    const PATH = guardedPath(ffmpegFolder, environment.PATH);
    const guarded = { environment: { ...environment, PATH }, signal };
    const common = { proxyUrl: proxy.url, ffmpegFolder, nodePath: nodeForScripts(), knows };
    return await work({
      common,
      hasFfmpeg,
      proxy,
      clock,
      run: async (args, mostBytes, onLine) => {
        proxy.traffic.mostBytes = proxy.traffic.bytesReceived + mostBytes;
        const asked = new RetryAfterReader();
        const readLine = (line: string) => {
          asked.read(line, clock.now());
          onLine(line);
        };
        const ended = await runLines(path, args, { ...guarded, onLine: readLine });
        if (ended.exitCode === 0) return;
        const sorted = sortFailure({ ...ended, nowMs: clock.now(), retryAfterMs: asked.retryAfterMs, folder });
        throw failureOf(proxy, sorted, mostBytes);
      },
    });
  } finally {
    proxy.close();
  }
}

/** What the proxy has seen explains more than yt-dlp can: to that, a refused address is just a 403. */
function failureOf({ traffic }: GuardProxy, sorted: ReelError, mostBytes: number): ReelError {
  if (traffic.isExhausted) return tooLarge(traffic.bytesReceived, mostBytes);
  return traffic.blocked ?? sorted;
}

/**
 * Before anything is started: only http(s), and no private address. What is not a URL would be a search to yt-dlp.
 * @throws ReelError `invalid-input`, `blocked-address`, `network` when the name does not exist
 */
async function assertAddress(url: string, options: DownloaderOptions): Promise<void> {
  const target = parseTarget(url);
  if (options.allowPrivateNetwork) return;
  assertPublicHost(target.hostname);
  // Behind a proxy a name cannot be judged: the proxy resolves it.
  if (proxyFor(target, options.proxy)) return;
  await reachableAddresses(target.hostname, { allowPrivateNetwork: false, resolve: options.resolve }).catch(
    (error: unknown) => {
      if (isReelError(error)) throw error;
      const message = `The host ${target.hostname} could not be found. Check the address and the network.`;
      throw new ReelError('network', message, { stage: 'downloading', cause: error });
    },
  );
}
