/** What is used of Node's `IncomingMessage`. */
export interface NodeRequest extends AsyncIterable<Uint8Array> {
  method?: string | undefined;
  url?: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  socket: object;
}

/** What is used of Node's `ServerResponse`. */
export interface NodeResponse {
  readonly writableEnded: boolean;
  writeHead(status: number, headers: Record<string, string | string[]>): unknown;
  write(bytes: Uint8Array): boolean;
  end(text?: string): unknown;
  once(event: 'drain' | 'close', listener: () => void): unknown;
  destroy(): unknown;
}

/**
 * Makes a listener of Node's `http` server, or a handler of Express, of a function that answers web requests, such as
 * `serveVideo` and `videoEvents`.
 */
export function toNodeHandler(
  answer: (request: Request) => Response | Promise<Response>,
): (request: NodeRequest, response: NodeResponse, next?: (error: unknown) => void) => Promise<void> {
  return async (incoming, outgoing, next) => {
    const left = new AbortController();
    outgoing.once('close', () => left.abort());
    try {
      const request = webRequestOf(incoming, left.signal);
      await (request ? send(await answer(request), outgoing) : outgoing.writeHead(400, {}) && outgoing.end());
    } catch (error) {
      if (left.signal.aborted) return;
      if (next) next(error);
      else outgoing.destroy();
    }
  };
}

/** Undefined for an address that is none, such as one with a wrong `Host`. */
function webRequestOf(incoming: NodeRequest, signal: AbortSignal): Request | undefined {
  const { method = 'GET', url = '/', headers, socket } = incoming;
  const protocol = 'encrypted' in socket && socket.encrypted ? 'https' : 'http';
  const address = URL.parse(url, `${protocol}://${headers.host ?? 'localhost'}`);
  if (!address) return undefined;
  const own = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    // A name that begins with a colon is none of HTTP, but HTTP/2's way to say method and path.
    if (!name.startsWith(':')) for (const one of [value ?? []].flat()) own.append(name, one);
  }
  const init = { method, headers: own, signal };
  if (method === 'GET' || method === 'HEAD') return new Request(address, init);
  // A body that is a stream needs `duplex`, which not every version of the types knows.
  const streaming: RequestInit & { duplex: 'half' } = { ...init, body: bodyOf(incoming), duplex: 'half' };
  return new Request(address, streaming);
}

function bodyOf(incoming: NodeRequest): ReadableStream<Uint8Array> {
  const chunks = incoming[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

async function send({ status, headers, body }: Response, outgoing: NodeResponse): Promise<void> {
  const cookies = headers.getSetCookie();
  const own = { ...Object.fromEntries(headers), ...(cookies.length > 0 && { 'set-cookie': cookies }) };
  outgoing.writeHead(status, own);
  if (body) await pump(body.getReader(), outgoing);
  outgoing.end();
}

async function pump(reader: ReadableStreamDefaultReader<Uint8Array>, outgoing: NodeResponse): Promise<void> {
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  outgoing.once('close', leave);
  // A client that does not read never drains: whoever ends the stream for that reason ends the connection.
  reader.closed.catch(() => outgoing.destroy());
  void left.then(() => reader.cancel().catch(() => {}));
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    if (outgoing.write(value)) continue;
    const drained = new Promise<void>((resolve) => outgoing.once('drain', resolve));
    await Promise.race([drained, left]);
  }
}
