import type { HandleServerError, ServerInit } from '@sveltejs/kit/hooks';
import { spots } from '#lib/data/spots.ts';
import { startDownloads, stopDownloads } from '#lib/web/downloads/downloads.server.ts';
import { serverLog } from '#lib/web/http/log.server.ts';
import { titleOf } from '#lib/web/http/problem.ts';
import { startReelkeep, stopReelkeep } from '#lib/web/index.ts';
import { mediaPictureWork } from '#lib/web/media/background/draw-pictures.server.ts';
import { startFilms, stopFilms } from '#lib/web/media/background/fal-resume.server.ts';
import { startUploads, stopUploads } from '#lib/web/media/background/finish-uploads.server.ts';
import { adoptFoundFiles } from '#lib/web/media/background/found-files.server.ts';
import { stopSavingAll } from '#lib/web/media/save-all.server.ts';
import { startServer } from '#lib/web/server/lifecycle.server.ts';
import { building, dev } from '$app/env';

export { gate as handle } from '#lib/web/server/gate.server.ts';

/** The build starts the app too, to analyse its pages; it must not resume any videos. */
export const init: ServerInit = () => {
  if (building) return;
  const startWork = () => {
    startReelkeep({ log: serverLog(), spots });
    startDownloads(serverLog());
    startFilms(serverLog());
    startUploads(serverLog());
    mediaPictureWork.start(serverLog());
    void adoptFoundFiles(serverLog()).then(() => mediaPictureWork.look());
  };
  const stopWork = async () => {
    const parts = [stopReelkeep(), stopDownloads(), stopFilms(), stopUploads(), stopSavingAll()];
    await Promise.all([...parts, mediaPictureWork.stop()]);
  };
  startServer({ isDev: dev, startWork, stopWork });
};

/** The visitor gets the kind of problem and the request id, the log gets the error. */
export const handleError: HandleServerError = ({ kind, error, event }) => {
  if (kind !== 'unknown') return;
  const { requestId } = event.locals;
  serverLog().error({ err: error, requestId, path: event.url.pathname }, 'unexpected error');
  return { message: `${titleOf(error)}. See ${requestId} in the server's log for details.`, id: requestId };
};
