import { isReelError } from '#lib/base/errors.ts';
import { lengthOf, planOf } from '#lib/base/http/file-plan.ts';
import { electronLibrary, olderRootOf } from './electron-library.server.ts';
import { MEDIA_SCHEME } from './file-addresses.ts';
import { LocalFiles, type OpenedFile } from './local-files.server.ts';
import type { ElectronApp, ElectronProtocol } from './types.ts';

/** For `protocol.registerSchemesAsPrivileged`, before the app is ready: players seek in streams of standard schemes only. */
export const mediaScheme = {
  scheme: MEDIA_SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
};

/**
 * Serves the files of the media library, also those in object storage, at `reelkeep-media://files/{projectId}/{name}`, with ranges: Electron's own loader of
 * files ignores them, and then a player cannot seek.
 * @throws ReelError `config`
 */
export function registerMediaProtocol(protocol: ElectronProtocol, app: ElectronApp): void {
  const files = new LocalFiles(electronLibrary(app), olderRootOf(app));
  protocol.handle(MEDIA_SCHEME, (request) => answer(request, files));
}

/** Never rejects: Electron would show a network error without a reason. */
async function answer(request: Request, files: LocalFiles): Promise<Response> {
  const { method, url } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    return words(405, 'Only GET and HEAD are answered.', { allow: 'GET, HEAD' });
  }
  try {
    const file = await files.open(url);
    return file ? await answerWith(file, request) : notThere();
  } catch (error) {
    const code = isReelError(error) ? error.code : 'disk';
    if (code === 'not-found') return notThere();
    if (code === 'network') return words(503, 'The object storage with the file does not respond. Try again.');
    return words(500, 'The file could not be read. Check the disk, and the object storage if there is one.');
  }
}

async function answerWith(file: OpenedFile, request: Request): Promise<Response> {
  const { sizeBytes, etag, mimeType } = file;
  const plan = planOf(request, sizeBytes, etag);
  const isWanted = plan.kind === 'bytes' && request.method === 'GET';
  if (!isWanted) await file.close();
  const headers = {
    ...{ 'content-type': mimeType, 'accept-ranges': 'bytes', etag },
    ...{ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' },
  };
  switch (plan.kind) {
    case 'not-modified':
      return new Response(null, { status: 304, headers });
    case 'precondition-failed':
      return words(412, 'The file is another one now.');
    case 'unsatisfiable':
      return words(416, `The file has ${sizeBytes} bytes.`, { 'content-range': `bytes */${sizeBytes}` });
    case 'bytes': {
      const body = isWanted ? await file.stream(plan.range) : null;
      return new Response(body, {
        status: plan.isPart ? 206 : 200,
        headers: { ...headers, ...lengthOf(plan, sizeBytes) },
      });
    }
  }
}

function notThere(): Response {
  return words(404, 'There is no such file in the media library.');
}

function words(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } });
}
