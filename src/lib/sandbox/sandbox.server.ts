import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { systemClock } from '#lib/base/clock.ts';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { handleApi } from '#lib/sandbox/dashscope/routes/api.server.ts';
import { CONTROL_PATH, type Controls, handleControl } from '#lib/sandbox/dashscope/routes/control.server.ts';
import { handleResult } from '#lib/sandbox/dashscope/routes/oss.server.ts';
import { handleUpload, UPLOAD_PATH } from '#lib/sandbox/dashscope/routes/upload.server.ts';
import { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import { FAULT_TABLE } from '#lib/sandbox/dashscope/world/fault-kinds.ts';
import { RateLimit } from '#lib/sandbox/dashscope/world/rate-limit.ts';
import { LinkSigner } from '#lib/sandbox/dashscope/world/signed-link.server.ts';
import { TaskBook } from '#lib/sandbox/dashscope/world/task-book.server.ts';
import type { Sandbox, SandboxOptions } from '#lib/sandbox/dashscope/world/types.ts';
import { count, letFinish, viewTasks } from '#lib/sandbox/dashscope/world/views.ts';
import type { World } from '#lib/sandbox/dashscope/world/world.server.ts';
import { createFalWorld, falEnv, falFace, resetFal } from '#lib/sandbox/fal/fal.server.ts';
import { FAL_PATH, type FalWorld } from '#lib/sandbox/fal/fal-world.server.ts';
import { handleFal } from '#lib/sandbox/fal/routes.server.ts';
import { FaultBook } from '#lib/sandbox/faults/fault-book.ts';
import { NotionApi } from '#lib/sandbox/notion/api.server.ts';
import { NOTION_PATH, NOTION_TOKEN, notionSandbox } from '#lib/sandbox/notion/notion-sandbox.ts';
import { handleVideos, VIDEOS_PATH } from '#lib/sandbox/openai-videos/routes.server.ts';
import { createVideosWorld, resetVideos, videosFace } from '#lib/sandbox/openai-videos/videos.server.ts';
import type { VideosWorld } from '#lib/sandbox/openai-videos/videos-world.server.ts';

/** Not a secret: it only works with a sandbox, and its name says so. */
const DEFAULT_API_KEY = 'sk-sandbox-costs-nothing';
/** About 3 a second: developers.notion.com/reference/request-limits. */
const NOTION_REQUESTS_PER_MINUTE = 180;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A sandbox left running for days must not fill the memory with its log. */
const MAX_LOG_LINES = 20_000;

/**
 * Starts local stand-ins for DashScope and its result host, OpenAI's videos, fal and Notion, on 127.0.0.1 only. It costs nothing and needs no network.
 * Everything it produces is marked as sandbox output: the header `x-reelkeep-sandbox: 1`, the word SANDBOX in the
 * picture, and a `free` box in the file.
 *
 * ```ts
 * const sandbox = await startSandbox({ taskDurationMs: 50 });
 * sandbox.script({ fault: 'cut', match: { prompt: 'harbour' }, atByte: 4096 });
 * // … point a client at sandbox.baseUrl with sandbox.apiKey, or set sandbox.env …
 * await sandbox.close();
 * ```
 *
 * Rejects with `config` when the port is taken and with `store-corrupt` when `statePath` is not a sandbox state.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const closing = new AbortController();
  const server = createServer();
  const world = createWorld(options, () => originOf(server), closing.signal);
  const notion = createNotion(options, world);
  const videos = createVideosWorld(options, world);
  const fal = createFalWorld(options, world);
  const services: Services = { world, notion, videos, fal };
  const faces = facesOf(services, options, async () => {
    closing.abort();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  const controls: Controls = {
    sandbox: faces,
    script: (fault) => world.faults.script(fault),
    pendingFaults: () => [world, notion, videos, fal].flatMap((service): object[] => service.faults.pending()),
    ...{ notion, videos, fal },
  };
  server.on('request', (request, response) => void handle(world, controls, request, response));
  await listen(server, options.port ?? 0);
  // Getters would break when the object is spread into a test's own; the port is known only now.
  return Object.assign(faces, addressOf(services, options, faces.apiKey));
}

function createNotion({ notionToken, notionRequestsPerMinute, enforceLimits = true }: SandboxOptions, world: World) {
  const most = enforceLimits ? (notionRequestsPerMinute ?? NOTION_REQUESTS_PER_MINUTE) : Number.POSITIVE_INFINITY;
  return new NotionApi({ token: notionToken, requestsPerMinute: most, clock: world.clock, closing: world.closing });
}

function createWorld(options: SandboxOptions, origin: () => string, closing: AbortSignal): World {
  const resultTtlMs = options.resultTtlMs ?? DAY_MS;
  const { seed, statePath, taskDurationMs = 3000 } = options;
  const book = new TaskBook({ seed, statePath, taskDurationMs });
  return {
    settings: {
      apiKey: options.apiKey,
      resultTtlMs,
      linkTtlMs: options.linkTtlMs ?? resultTtlMs,
      minBytes: options.minBytes ?? 0,
      enforceLimits: options.enforceLimits ?? true,
      overConcurrency: options.overConcurrency ?? 'queue',
      strict: options.strict ?? false,
      zoneOffsetMinutes: options.zoneOffsetMinutes ?? 480,
    },
    clock: options.clock ?? systemClock,
    book,
    faults: new FaultBook(FAULT_TABLE),
    signer: new LinkSigner(book.seed),
    limits: new RateLimit(),
    requests: [],
    objects: new Map(),
    origin,
    closing,
  };
}

/** The services that one sandbox stands in for. */
interface Services {
  world: World;
  notion: NotionApi;
  videos: VideosWorld;
  fal: FalWorld;
}

function facesOf(services: Services, options: SandboxOptions, close: () => Promise<void>): Sandbox {
  const { world, notion, videos, fal } = services;
  const apiKey = options.apiKey ?? DEFAULT_API_KEY;
  return {
    baseUrl: '',
    apiKey,
    env: {},
    notion: notionOf(world, notion, options, ''),
    openaiVideos: videosFace(videos, ''),
    fal: falFace(fal, ''),
    tasks: () => viewTasks(world),
    submissions: () => structuredClone(world.book.submissions),
    requests: () => structuredClone(world.requests),
    counts: () => count(world),
    script: (fault) => world.faults.script(fault),
    letFinish: (prompt) => letFinish(world, prompt),
    reset: () => {
      world.book.reset();
      world.faults.clear();
      world.limits.clear();
      world.objects.clear();
      world.requests.length = 0;
      notion.reset();
      resetVideos(videos);
      resetFal(fal);
    },
    close,
  };
}

function addressOf(
  { world, notion, videos, fal }: Services,
  options: SandboxOptions,
  apiKey: string,
): Pick<Sandbox, 'baseUrl' | 'env' | 'notion' | 'openaiVideos' | 'fal'> {
  const baseUrl = `${world.origin()}/api/v1`;
  const pollIntervalMs = Math.min(1000, Math.max(20, Math.round((options.taskDurationMs ?? 3000) / 6)));
  const pages = notionOf(world, notion, options, `${world.origin()}${NOTION_PATH}`);
  const openaiVideos = videosFace(videos, `${world.origin()}/v1`);
  const queue = falFace(fal, world.origin());
  const env = {
    DASHSCOPE_API_KEY: apiKey,
    DASHSCOPE_HTTP_BASE_URL: baseUrl,
    WANX_ALLOW_PRIVATE_NETWORK: '1',
    WANX_POLL_INTERVAL_MS: String(pollIntervalMs),
    NOTION_TOKEN: pages.token,
    NOTION_BASE_URL: pages.baseUrl,
    OPENAI_VIDEOS_API_KEY: apiKey,
    OPENAI_VIDEOS_BASE_URL: openaiVideos.baseUrl,
    OPENAI_VIDEOS_MODEL: 'sora-2',
    ...falEnv(queue, apiKey),
  };
  return { baseUrl, env, notion: pages, openaiVideos, fal: queue };
}

function notionOf({ clock }: World, notion: NotionApi, { notionToken }: SandboxOptions, baseUrl: string) {
  return notionSandbox(notion, baseUrl, notionToken ?? NOTION_TOKEN, () => clock.now());
}

async function handle(
  world: World,
  controls: Controls,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = new Exchange(request, response, world.clock.now());
  const { pathname } = exchange.url;
  try {
    if (pathname.startsWith(`${CONTROL_PATH}/`)) return await handleControl(controls, exchange);
    world.requests.push(exchange.entry);
    if (world.requests.length > MAX_LOG_LINES) world.requests.splice(0, MAX_LOG_LINES / 2);
    if (pathname.startsWith('/api/v1/')) return await handleApi(world, exchange);
    if (`${pathname}/`.startsWith(`${VIDEOS_PATH}/`)) return await handleVideos(controls.videos, exchange);
    if (pathname.startsWith(`${FAL_PATH}/`)) return await handleFal(controls.fal, exchange);
    if (pathname.startsWith(`${NOTION_PATH}/v1/`)) {
      return await controls.notion.handle(exchange, pathname.slice(NOTION_PATH.length + '/v1/'.length));
    }
    if (pathname.replace(/\/$/, '') === UPLOAD_PATH && request.method === 'POST')
      return await handleUpload(world, exchange);
    await handleResult(world, exchange);
  } catch (error) {
    // An error in the sandbox itself must not look like an error of the provider.
    if (response.headersSent) return exchange.cut();
    const status = isReelError(error) && error.code === 'too-large' ? 413 : 500;
    exchange.refuse({ status, code: 'SandboxError', message: `The sandbox itself failed. ${messageOf(error)}` });
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE';
      const advice = taken
        ? 'is taken. Choose another one, or 0 for any free one.'
        : `cannot be used (${cause.code}). Choose another one.`;
      reject(new ReelError('config', `The port ${port} ${advice}`, { cause }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

function originOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new ReelError('config', 'The sandbox is not listening.');
  return `http://127.0.0.1:${address.port}`;
}
