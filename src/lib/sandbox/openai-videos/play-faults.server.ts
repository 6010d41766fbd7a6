import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import type { VideoFault, VideoFaultName } from './fault-kinds.ts';
import { errorBody, usualRefusal, type VideoRefusal } from './refusal.ts';
import { pause, type VideosWorld } from './videos-world.server.ts';

const REFUSAL = /^refuse-(\d{3})$/;

export function refuse(exchange: Exchange, refusal: VideoRefusal, headers: Record<string, string> = {}): void {
  exchange.sendJson(refusal.status, errorBody(refusal), { 'x-request-id': exchange.entry.requestId, ...headers });
}

/** Plays the faults that any endpoint can have. True when the endpoint has nothing left to do. */
export async function playFaults(
  world: VideosWorld,
  exchange: Exchange,
  faults: ReadonlyMap<VideoFaultName, VideoFault>,
): Promise<boolean> {
  exchange.noteFaults(faults.keys());
  const slow = faults.get('slow-answer');
  if (slow && !(await pause(world, slow.delayMs ?? 2000))) return true;
  for (const fault of faults.values()) {
    const { code, message, retryAfterSeconds } = fault;
    const [, status] = REFUSAL.exec(fault.fault) ?? [];
    if (status === undefined) continue;
    const words = { ...(code !== undefined && { code }), ...(message !== undefined && { message }) };
    const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
    refuse(exchange, { ...usualRefusal(Number(status)), ...words }, headers);
    return true;
  }
  return playEndings(exchange, faults);
}

function playEndings(exchange: Exchange, faults: ReadonlyMap<VideoFaultName, VideoFault>): boolean {
  const embedded = faults.get('error-with-200');
  if (embedded) {
    const { code = 'invalid_api_key', message = 'Incorrect API key provided.' } = embedded;
    exchange.sendJson(200, { ...errorBody({ status: 401, code, message }), status: 401 });
    return true;
  }
  if (faults.has('drop-answer')) {
    exchange.cut();
    return true;
  }
  const redirect = faults.get('redirect');
  if (redirect) exchange.send(302, { location: redirect.location ?? 'http://169.254.169.254/' });
  return redirect !== undefined;
}
