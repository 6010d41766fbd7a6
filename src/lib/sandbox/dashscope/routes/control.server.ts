import { messageOf } from '#lib/base/errors.ts';
import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import type { Sandbox } from '#lib/sandbox/dashscope/world/types.ts';
import type { FalWorld } from '#lib/sandbox/fal/fal-world.server.ts';
import type { NotionApi } from '#lib/sandbox/notion/api.server.ts';
import type { VideosWorld } from '#lib/sandbox/openai-videos/videos-world.server.ts';

export const CONTROL_PATH = '/__sandbox';

/** What the control endpoint does, without the HTTP around it. */
export interface Controls {
  sandbox: Pick<Sandbox, 'tasks' | 'submissions' | 'requests' | 'counts' | 'reset' | 'notion' | 'openaiVideos' | 'fal'>;
  script: (fault: unknown) => void;
  pendingFaults: () => unknown[];
  notion: NotionApi;
  videos: VideosWorld;
  fal: FalWorld;
}

/**
 * `GET /__sandbox/state`, `POST /__sandbox/faults`, `/__sandbox/notion-faults`, `/__sandbox/openai-videos-faults` and
 * `/__sandbox/fal-faults` (one fault or a list), and `POST /__sandbox/reset`.
 * A web page open in a browser on this machine can reach loopback too: it is kept out by the Host header (rebinding), by
 * refusing an Origin, and by asking for JSON, which no plain form can send.
 */
export async function handleControl(controls: Controls, exchange: Exchange): Promise<void> {
  const name = exchange.url.pathname.slice(CONTROL_PATH.length);
  const { method } = exchange.entry;
  if (!isLocal(exchange))
    return refuse(exchange, 403, 'The control endpoint is only available to programs on this machine.');
  if (method === 'GET' && name === '/state') return sendState(controls, exchange);
  if (method !== 'POST') return refuse(exchange, 404, 'Use GET state, POST faults or POST reset.');
  if (name === '/reset') {
    controls.sandbox.reset();
    return exchange.sendJson(200, { ok: true });
  }
  if (name === '/faults') return scriptFaults(controls.script, exchange);
  if (name === '/notion-faults') return scriptFaults((fault) => controls.notion.faults.script(fault), exchange);
  if (name === '/openai-videos-faults') return scriptFaults((fault) => controls.videos.faults.script(fault), exchange);
  if (name === '/fal-faults') return scriptFaults((fault) => controls.fal.faults.script(fault), exchange);
  refuse(exchange, 404, 'Use GET state, POST faults or POST reset.');
}

function isLocal(exchange: Exchange): boolean {
  const address = exchange.request.socket.remoteAddress ?? '';
  const fromLoopback = /^(::ffff:)?127\./.test(address) || address === '::1';
  const toLoopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(exchange.header('host') ?? '');
  return fromLoopback && toLoopback && exchange.header('origin') === undefined;
}

function sendState({ sandbox, pendingFaults }: Controls, exchange: Exchange): void {
  exchange.sendJson(200, {
    sandbox: true,
    counts: sandbox.counts(),
    tasks: sandbox.tasks(),
    submissions: sandbox.submissions(),
    requests: sandbox.requests(),
    notionPages: sandbox.notion.pages(),
    openaiVideos: { videos: sandbox.openaiVideos.videos(), creations: sandbox.openaiVideos.creations() },
    fal: { requests: sandbox.fal.falRequests(), submissions: sandbox.fal.submissions() },
    faults: pendingFaults(),
  });
}

async function scriptFaults(script: (fault: unknown) => void, exchange: Exchange): Promise<void> {
  if (!(exchange.header('content-type') ?? '').startsWith('application/json')) {
    return refuse(exchange, 415, 'Send content-type: application/json.');
  }
  try {
    const body: unknown = JSON.parse((await exchange.body()).toString('utf8'));
    const faults = Array.isArray(body) ? body : [body];
    for (const fault of faults) script(fault);
    exchange.sendJson(200, { ok: true, scripted: faults.length });
  } catch (error) {
    refuse(exchange, 400, messageOf(error));
  }
}

function refuse(exchange: Exchange, status: number, error: string): void {
  exchange.sendJson(status, { error });
}
