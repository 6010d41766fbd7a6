import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import type { Exchange } from '#lib/capture/http/exchange.server.ts';
import { HttpFault } from '#lib/capture/http/fault.ts';
import { fetchFollowing } from '#lib/capture/http/redirects.server.ts';
import { captureSettings } from '#lib/capture/options/settings.server.ts';
import type { CaptureOptions, RemoteAsset } from '#lib/capture/types.ts';
import { Link } from './link.server.ts';

export interface OpenedAsset {
  status: number;
  /** By lower-case name. */
  headers: ReadonlyMap<string, string>;
  /** Errors with a ReelError when the connection ends before the body. Cancelling it closes the connection. */
  body: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/**
 * Asks for a remote asset once and hands its bytes over as they come, unchecked: for callers that keep no file.
 * Redirects are followed as by a capture, and the headers stay with the origin that they are for.
 * @throws ReelError `network`, `blocked-address`, `invalid-input`, `aborted`
 */
export async function openAsset(asset: RemoteAsset, options: CaptureOptions = {}): Promise<OpenedAsset> {
  const settings = captureSettings(options);
  const link = new Link(asset, settings.clock.now());
  const { target, credentials, secrets } = link;
  const clean = (error: unknown) => secrets.cleanError(readable(error, target.display));
  const exchange = await fetchFollowing(target, [], {
    ...settings,
    credentials,
    secrets,
    tooLate: () => undefined,
  }).catch((error: unknown) => {
    throw clean(error);
  });
  const { status, headers } = exchange.head;
  return { status, headers, body: streamOf(exchange, clean) };
}

function streamOf({ body, close }: Exchange, clean: (error: unknown) => unknown): OpenedAsset['body'] {
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await body.next();
        // A piece is valid only until the next one is asked for.
        if (!done) return controller.enqueue(Uint8Array.from(value));
        controller.close();
        close();
      } catch (error) {
        close();
        controller.error(clean(error));
      }
    },
    cancel: close,
  });
}

function readable(error: unknown, from: string): unknown {
  if (isReelError(error) || !(error instanceof HttpFault)) return error;
  const message = `${from} could not be read: ${redactText(messageOf(error))}.`;
  return new ReelError('network', message, { stage: 'downloading', cause: error });
}
