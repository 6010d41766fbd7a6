// The loopback server of the capture benchmark, in a process of its own, where nginx is not installed.
import { createReadStream, statSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { basename, join } from 'node:path';
import { readKey } from './capture-server.ts';

const [folder = '', checksumsJson = '{}', httpPort = '', httpsPort = ''] = process.argv.slice(2);

const checksums: Record<string, string> = JSON.parse(checksumsJson);

const serve: RequestListener = (request, response) => {
  const path = join(folder, basename(request.url ?? ''));
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'content-type': 'video/mp4',
    'content-length': found.size,
    etag: '"bench"',
    'x-oss-hash-crc64ecma': checksums[basename(path)],
  });
  createReadStream(path, { highWaterMark: 1024 * 1024 }).pipe(response);
};

createServer(serve).listen(Number(httpPort), '127.0.0.1');
if (httpsPort) createSecureServer(readKey(folder), serve).listen(Number(httpsPort), '127.0.0.1');
