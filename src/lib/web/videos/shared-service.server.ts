import { serverLog } from '#lib/web/http/log.server.ts';
import { VideoService } from './video-service.server.ts';

let shared: VideoService | undefined;

/** the one video service of this server. Made at first use, because the settings may come from a file read at start-up. */
export function videoService(): VideoService {
  shared ??= new VideoService(serverLog());
  return shared;
}
