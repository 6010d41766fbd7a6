import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3Settings } from '#lib/base/input/s3-settings.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';
import { s3Agents } from './s3-agents.server.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const UPLOAD_SOCKETS = 16;

const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** One store through clients that each have sockets of their own; made when they are needed. */
export class S3Clients {
  readonly #settings: S3Settings;
  readonly #proxy: ProxySettings;
  #uploads: S3Client | undefined;
  #reads: S3Client | undefined;
  #links: S3Client | undefined;

  constructor(settings: S3Settings, proxy: ProxySettings) {
    this.#settings = settings;
    this.#proxy = proxy;
  }

  /** For uploads, and for every short request. */
  get uploads(): S3Client {
    this.#uploads ??= new S3Client(configOf(this.#settings, s3Agents(this.#proxy, UPLOAD_SOCKETS)));
    return this.#uploads;
  }

  /** For bodies that readers consume at their own pace; how many there are is limited where they are served. */
  get reads(): S3Client {
    this.#reads ??= new S3Client(configOf(this.#settings, s3Agents(this.#proxy, Number.POSITIVE_INFINITY)));
    return this.#reads;
  }

  /** Signs links for visitors, who may know the store by another name; sends nothing. */
  get links(): S3Client {
    const { publicEndpoint: endpoint = this.#settings.endpoint } = this.#settings;
    this.#links ??= new S3Client(configOf({ ...this.#settings, endpoint }, s3Agents(this.#proxy, 1)));
    return this.#links;
  }

  destroy(): void {
    for (const client of [this.#uploads, this.#reads, this.#links]) client?.destroy();
  }
}

/** Safe for stores that know less than AWS: no trailing checksums, no `aws-chunked`, no `Expect`. */
function configOf(
  { endpoint, region, forcePathStyle, credentials }: S3Settings,
  agents: ReturnType<typeof s3Agents>,
): S3ClientConfig {
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(credentials && { credentials }),
    forcePathStyle,
    // Repeating is ours: a body that was sent in part, or an answer that was lost, needs more than the same request again.
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Not every store answers it, and each part would then wait for seconds.
    expectContinueHeader: false,
    // The library never writes to the console.
    logger: SILENT,
    requestHandler: { ...agents, connectionTimeout: CONNECT_TIMEOUT_MS, logger: SILENT },
  };
}
