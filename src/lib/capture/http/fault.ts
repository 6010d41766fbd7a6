/**
 * What can go wrong between a request and the last byte of its answer.
 * `connect`: no connection (refused, unreachable, name not found, time-out); `tls`: the server's certificate was
 * rejected;
 * `cut`: the connection ended before the body did; `stall`: open, but no byte came; `protocol`: not the HTTP we asked for.
 */
export type HttpFaultKind = 'connect' | 'tls' | 'cut' | 'stall' | 'protocol';

/** Internal to this folder: the retry loop turns it into a repeat or into a ReelError. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly kind: HttpFaultKind;

  constructor(kind: HttpFaultKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}
