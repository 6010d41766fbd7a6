import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ReelError } from '#lib/base/errors.ts';
import type { Refusal } from '#lib/sandbox/dashscope/rules/refusal.ts';
import type { SandboxRequest } from './types.ts';

const MAX_BODY_BYTES = 128 * 1024 * 1024;

/** One request with its answer and its line in the log. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly entry: SandboxRequest;

  constructor(request: IncomingMessage, response: ServerResponse, nowMs: number) {
    this.request = request;
    this.response = response;
    // Put together, not resolved: a target such as `//name/path` must not change the host, and none may throw.
    const address = `http://127.0.0.1${request.url ?? '/'}`;
    this.url = new URL(URL.canParse(address) ? address : 'http://127.0.0.1/unreadable');
    this.entry = {
      atMs: nowMs,
      method: request.method ?? 'GET',
      path: this.url.pathname,
      requestId: randomUUID(),
      bodyBytesSent: 0,
      sentCredentials: request.headers.authorization !== undefined,
      finished: false,
      ...optional('range', request.headers.range),
      ...optional('ifMatch', request.headers['if-match']),
    };
    response.setHeader('x-reelkeep-sandbox', '1');
    response.on('finish', () => {
      this.entry.finished = true;
    });
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  noteFaults(names: Iterable<string>): void {
    const faults = [...(this.entry.faults ?? []), ...names];
    if (faults.length > 0) this.entry.faults = faults;
  }

  async body(): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let sizeBytes = 0;
    for await (const piece of this.request) {
      const bytes = Buffer.from(piece);
      sizeBytes += bytes.length;
      if (sizeBytes > MAX_BODY_BYTES) throw new ReelError('too-large', 'The request body is larger than 128 MiB.');
      pieces.push(bytes);
    }
    return Buffer.concat(pieces);
  }

  /** The body as JSON; undefined when it is none. */
  async json(): Promise<unknown> {
    const text = (await this.body()).toString('utf8');
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  /** Answers with headers and a complete body. */
  send(status: number, headers: Record<string, string | number>, body: string | Uint8Array = ''): void {
    const bytes = Buffer.from(body);
    this.entry.status = status;
    this.entry.bodyBytesSent = this.entry.method === 'HEAD' ? 0 : bytes.length;
    this.response.writeHead(status, { ...headers, 'content-length': bytes.length });
    this.response.end(this.entry.method === 'HEAD' ? undefined : bytes);
  }

  sendJson(status: number, body: unknown, headers: Record<string, string> = {}): void {
    this.send(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));
  }

  /** The provider's flat error body. */
  refuse({ status, code, message }: Refusal, headers: Record<string, string> = {}): void {
    this.sendJson(status, { code, message, request_id: this.entry.requestId }, headers);
  }

  /** Cuts the connection; what was written before still arrives. */
  cut(): void {
    this.response.socket?.destroy();
  }
}

function optional<K extends string>(name: K, value: string | undefined): { [key in K]?: string } {
  const entry: { [key in K]?: string } = {};
  if (value !== undefined) entry[name] = value;
  return entry;
}
