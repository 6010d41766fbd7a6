// The service of the batch benchmark, in a process of its own. Argument: the folder with the files of every video. Prints its port.
import { createReadStream, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';

const [folder = ''] = process.argv.slice(2);
const FILES: Record<string, [name: string, type: string]> = {
  video: ['video.mp4', 'video/mp4'],
  thumbnail: ['thumbnail.webp', 'image/webp'],
  spritesheet: ['spritesheet.jpg', 'image/jpeg'],
};

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const [, id = '', rest = ''] = /^\/v1\/videos\/([^/]+)(\/content)?$/.exec(pathname) ?? [];
  const file = FILES[searchParams.get('variant') ?? 'video'];
  if (rest !== '' && file) return sendFile(response, ...file);
  response.setHeader('content-type', 'application/json');
  return response.end(JSON.stringify({ id, object: 'video', status: 'completed', model: 'sora-2' }));
});

function sendFile(response: ServerResponse, name: string, type: string): void {
  const path = join(folder, name);
  const { size } = statSync(path);
  response.writeHead(200, { 'content-type': type, 'content-length': size, etag: `"${name}"` });
  createReadStream(path, { highWaterMark: 1024 * 1024 }).pipe(response);
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : '');
});
