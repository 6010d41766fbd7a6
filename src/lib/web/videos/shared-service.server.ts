import { serverLog } from '#lib/web/http/log.server.ts';
import { VideoDesk } from './video-service.server.ts';

let shared: VideoDesk | undefined;

/** The one desk of this server. Made at first use, because the settings may come from a file read at start-up. */
export function desk(): VideoDesk {
  shared ??= new VideoDesk(serverLog());
  return shared;
}
