import { connect as connectTcp, isIP, type LookupFunction, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { abortError } from '#lib/base/clock.ts';
import { errnoOf } from '#lib/base/disk-error.server.ts';
import { isReelError, messageOf } from '#lib/base/errors.ts';
import { HttpFault } from './http-fault.ts';
import { ReadBuffers } from './read-buffers.server.ts';
import type { RequestTarget } from './request-target.ts';

export interface SocketOptions {
  lookup: LookupFunction;
  connectTimeoutMs: number;
  /** Longest wait for the next byte. */
  stallTimeoutMs: number;
  signal?: AbortSignal | undefined;
}

const TLS_FAULT = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|EPROTO)/;

/**
 * A connection that is read piece by piece, on demand; not asking is the back-pressure. The kernel writes straight into
 * buffers that are used again and again, which costs a third of the time and half the memory of Node's HTTP client (it
 * allocates 64 KiB for every piece). So a piece is valid only until the next one is asked for.
 */
export class SocketReader {
  readonly #socket: Socket;
  readonly #options: SocketOptions;
  /** Runs out while connecting; afterwards `read` rewinds it, and it counts only while somebody waits for a byte. */
  #timer: NodeJS.Timeout;
  readonly #buffers = new ReadBuffers();
  /** Delivered and not yet asked for. */
  readonly #pieces: Uint8Array[] = [];
  /** Given to the reader, who may still be looking at it. */
  #lent: Uint8Array | undefined;
  #connected = false;
  #ended = false;
  #failure: Error | undefined;
  #waiting: { resolve: (piece: Uint8Array | undefined) => void; reject: (error: Error) => void } | undefined;
  readonly #onAbort = () => this.#fail(abortError(this.#options.signal));

  constructor(target: RequestTarget, options: SocketOptions) {
    this.#options = options;
    this.#timer = setTimeout(() => this.#onTimeout(), options.connectTimeoutMs);
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#socket = this.#open(target);
    if (options.signal?.aborted) this.#onAbort();
  }

  #open(target: RequestTarget): Socket {
    const options: TcpNetConnectOpts = {
      host: target.hostname,
      port: target.port,
      lookup: this.#options.lookup,
      onread: {
        buffer: () => this.#buffers.next([...this.#pieces, this.#lent]),
        callback: (length, buffer) => {
          this.#buffers.fill(length);
          this.#deliver(buffer.subarray(0, length));
          return false;
        },
      },
    };
    // A literal address has no name to show: RFC 6066 allows only names in SNI.
    const servername = isIP(target.hostname) ? '' : target.hostname;
    const socket = target.secure
      ? connectTls({ ...options, servername, ALPNProtocols: ['http/1.1'] })
      : connectTcp(options);
    socket.on(target.secure ? 'secureConnect' : 'connect', () => this.#onConnected());
    // With `onread` a real socket emits no 'data'; one that a test tool has put in its place does.
    socket.on('data', (piece: Buffer) => this.#deliver(piece));
    socket.on('end', () => this.#onEnd());
    socket.on('close', () => this.#onEnd());
    socket.on('error', (error) => this.#fail(this.#faultOf(error)));
    return socket;
  }

  write(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** The next bytes; undefined when the other side has ended the connection. Valid until the next call. */
  read(): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.#lent = this.#pieces.shift();
      if (this.#lent) return resolve(this.#lent);
      if (this.#failure) return reject(this.#failure);
      if (this.#ended) return resolve(undefined);
      this.#waiting = { resolve, reject };
      if (this.#connected) {
        this.#timer.refresh();
        this.#socket.resume();
      }
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#failure ??= new HttpFault('cut', 'the connection was closed by us');
    this.#socket.destroy();
  }

  #deliver(piece: Uint8Array): void {
    this.#socket.pause();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) {
      this.#lent = piece;
      waiting.resolve(piece);
    } else {
      this.#pieces.push(piece);
    }
  }

  #onConnected(): void {
    this.#connected = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onTimeout(), this.#options.stallTimeoutMs);
  }

  #onTimeout(): void {
    if (this.#connected && !this.#waiting) return;
    this.#fail(this.#timeoutFault());
  }

  #timeoutFault(): HttpFault {
    const { connectTimeoutMs, stallTimeoutMs } = this.#options;
    return this.#connected
      ? new HttpFault('stall', `no byte came for ${stallTimeoutMs} ms`)
      : new HttpFault('connect', `no connection within ${connectTimeoutMs} ms`);
  }

  #onEnd(): void {
    if (!this.#connected) this.#fail(new HttpFault('connect', 'the connection was closed at once'));
    this.#ended = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(undefined);
  }

  #fail(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    clearTimeout(this.#timer);
    this.#socket.destroy();
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  #faultOf(error: Error): Error {
    if (isReelError(error)) return error;
    const errno = errnoOf(error) ?? '';
    const kind = TLS_FAULT.test(errno) ? 'tls' : this.#connected ? 'cut' : 'connect';
    return new HttpFault(kind, errno || messageOf(error), error);
  }
}
