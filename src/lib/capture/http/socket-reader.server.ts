import { connect as connectTcp, isIP, type LookupFunction, type Socket, type TcpNetConnectOpts } from 'node:net';
import { abortError } from '#lib/base/clock.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { isReelError, messageOf } from '#lib/base/errors.ts';
import { HttpFault } from './fault.ts';
import { ReadBuffers } from './read-buffers.server.ts';
import type { RequestTarget } from './target.ts';

export interface SocketOptions {
  lookup: LookupFunction;
  /** A connection to the target that is open already, and paused. */
  tunnel?: Socket | undefined;
  connectTimeoutMs: number;
  /** Longest wait for the next byte. */
  stallTimeoutMs: number;
  /** Asked before bytes are handed over; its error ends the exchange. No stall limits a server that drips for ever. */
  tooLate: () => Error | undefined;
  signal?: AbortSignal | undefined;
  /** The socket is paused when this much is unread; default 192 KiB. */
  readAheadBytes?: number | undefined;
}

const ENOUGH_BYTES = 192 * 1024;

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
  #unreadBytes = 0;
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
    if (options.tunnel && !target.secure) this.#onConnected();
    if (options.signal?.aborted) this.#onAbort();
  }

  #open(target: RequestTarget): Socket {
    const options: TcpNetConnectOpts = {
      host: target.hostname,
      port: target.port,
      lookup: this.#options.lookup,
      onread: {
        buffer: () => this.#buffers.next([...this.#pieces, this.#lent]).subarray(0, this.#options.readAheadBytes),
        callback: (length, buffer) => {
          this.#buffers.fill(length);
          return this.#deliver(buffer.subarray(0, length));
        },
      },
    };
    // TLS is loaded by the first secure connection: it takes as long as all else that a capture imports.
    // A literal address has no name to show: RFC 6066 allows only names in SNI.
    const servername = isIP(target.hostname) ? '' : target.hostname;
    const { tunnel } = this.#options;
    const socket = target.secure
      ? process
          .getBuiltinModule('node:tls')
          .connect({ ...options, servername, ALPNProtocols: ['http/1.1'], ...(tunnel && { socket: tunnel }) })
      : (tunnel ?? connectTcp(options));
    socket.on(target.secure ? 'secureConnect' : 'connect', () => this.#onConnected());
    // With `onread` a socket of ours emits no 'data'; a tunnel does, and what a test tool has put in its place.
    socket.on('data', (piece: Buffer) => this.#deliver(piece));
    socket.on('end', () => this.#onEnd());
    socket.on('close', () => this.#onEnd());
    socket.on('error', (error) => this.#fail(this.#faultOf(error, socket)));
    return socket;
  }

  write(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** The next bytes; undefined when the other side has ended the connection. Valid until the next call. */
  read(): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.#lent = undefined;
      this.#waiting = { resolve, reject };
      this.#serve();
      if (this.#waiting && this.#connected) {
        this.#timer.refresh();
        this.#socket.resume();
      }
    });
  }

  /** Answers the one who waits, if there is an answer. */
  #serve(): void {
    const waiting = this.#waiting;
    const piece = this.#pieces[0];
    if (!waiting || !(piece || this.#failure || this.#ended)) return;
    this.#waiting = undefined;
    const error = piece ? this.#options.tooLate() : this.#failure;
    if (error) {
      waiting.reject(error);
      return;
    }
    if (piece) {
      this.#pieces.shift();
      this.#unreadBytes -= piece.length;
      this.#lent = piece;
    }
    waiting.resolve(piece);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#failure ??= new HttpFault('cut', 'the connection was closed locally');
    this.#socket.destroy();
  }

  /** Returns whether more may come. */
  #deliver(piece: Uint8Array): boolean {
    this.#unreadBytes += piece.length;
    const last = this.#pieces.at(-1);
    if (last && follows(last, piece)) {
      this.#pieces[this.#pieces.length - 1] = new Uint8Array(last.buffer, last.byteOffset, last.length + piece.length);
    } else {
      // Not at once: TLS delivers record by record, and every hand-over costs as much as decrypting one.
      if (this.#pieces.length === 0) setImmediate(() => this.#serve());
      this.#pieces.push(piece);
    }
    if (this.#unreadBytes < (this.#options.readAheadBytes ?? ENOUGH_BYTES)) return true;
    this.#socket.pause();
    return false;
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
      ? new HttpFault('stall', `no data was received for ${stallTimeoutMs} ms`)
      : new HttpFault('connect', `no connection within ${connectTimeoutMs} ms`);
  }

  #onEnd(): void {
    if (!this.#connected) this.#fail(new HttpFault('connect', 'the connection was closed immediately'));
    this.#ended = true;
    this.#serve();
  }

  #fail(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    clearTimeout(this.#timer);
    this.#socket.destroy();
    this.#serve();
  }

  #faultOf(error: Error, socket: Socket): Error {
    if (isReelError(error)) return error;
    const errno = errnoOf(error) ?? '';
    const kind = isUntrusted(socket) ? 'tls' : this.#connected ? 'cut' : 'connect';
    return new HttpFault(kind, errno || messageOf(error), error);
  }
}

/**
 * Whether the server's certificate was refused: Node says so on the socket before it ends it. Every other fault of TLS (an
 * alert, a record that was changed on its way) may be gone the next time, like a reset.
 */
function isUntrusted(socket: Socket): boolean {
  return 'authorizationError' in socket && Boolean(socket.authorizationError);
}

/** Whether `next` lies in memory just behind `piece`. */
function follows(piece: Uint8Array, next: Uint8Array): boolean {
  return piece.buffer === next.buffer && piece.byteOffset + piece.length === next.byteOffset;
}
