import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Clock } from '#lib/base/clock.ts';
import type { AssetFacts } from '#lib/stores/assets/asset-store.ts';
import {
  type ObjectHead,
  type Objects,
  plainTag,
  type SendOptions,
  type SentPart,
  type UploadName,
} from '#lib/stores/assets/s3/objects.ts';
import type { Bandwidth } from './bandwidth.ts';
import { pacedBody } from './paced-body.server.ts';
import { type RequestLimits, withinLimit } from './request-limit.server.ts';
import { faultOf, isAbsent, isNotImplemented, type S3Fault } from './s3-fault.ts';

const SHA256 = 'sha256';

/** Each has sockets of its own. */
interface Clients {
  readonly uploads: S3Client;
  readonly reads: S3Client;
}

/** The objects of one bucket, through the SDK. */
export class ObjectStore implements Objects {
  readonly bucket: string;
  readonly limits: RequestLimits;
  readonly #clients: Clients;
  readonly #bandwidth: Bandwidth;
  /** Whether the store takes `If-None-Match`, as far as is known. */
  #isConditional = true;

  constructor(clients: Clients, bucket: string, limits: RequestLimits & { bandwidth: Bandwidth }) {
    this.#clients = clients;
    this.bucket = bucket;
    this.limits = limits;
    this.#bandwidth = limits.bandwidth;
  }

  get clock(): Clock {
    return this.limits.clock;
  }

  faultOf(error: unknown): S3Fault {
    return faultOf(error, this.clock.now());
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectHead | undefined> {
    try {
      const command = new HeadObjectCommand({ Bucket: this.bucket, Key: key });
      const found = await this.#send((abortSignal) => this.#clients.uploads.send(command, { abortSignal }), signal);
      return {
        sizeBytes: found.ContentLength ?? 0,
        sha256: found.Metadata?.[SHA256],
        modifiedAt: found.LastModified ?? new Date(0),
        etag: plainTag(found.ETag),
      };
    } catch (error) {
      if (isAbsent(this.faultOf(error))) return undefined;
      throw error;
    }
  }

  async put(key: string, bytes: Buffer, md5: Buffer, facts: AssetFacts, options: SendOptions): Promise<void> {
    await this.#ifFree((condition) =>
      this.#sendBytes(bytes, options, (Body, abortSignal) => {
        const object = { Bucket: this.bucket, Key: key, ...describe(facts), ...condition };
        const sized = { Body, ContentLength: bytes.length, ContentMD5: md5.toString('base64') };
        return this.#clients.uploads.send(new PutObjectCommand({ ...object, ...sized }), { abortSignal });
      }),
    );
  }

  async remove(key: string, signal?: AbortSignal): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.bucket, Key: key });
    await this.#send((abortSignal) => this.#clients.uploads.send(command, { abortSignal }), signal);
  }

  async get(
    key: string,
    { range, etag }: { range?: string | undefined; etag?: string | undefined },
    signal: AbortSignal,
  ): Promise<GetObjectCommandOutput> {
    const condition = { ...(range !== undefined && { Range: range }), ...(etag && { IfMatch: `"${etag}"` }) };
    const command = new GetObjectCommand({ Bucket: this.bucket, Key: key, ...condition });
    // The signal lives on with the body: one that is given up must not hold its socket.
    return withinLimit(() => this.#clients.reads.send(command, { abortSignal: signal }), this.limits, signal);
  }

  async createUpload(key: string, facts: AssetFacts, signal?: AbortSignal): Promise<string> {
    const command = new CreateMultipartUploadCommand({ Bucket: this.bucket, Key: key, ...describe(facts) });
    const { UploadId } = await this.#send(
      (abortSignal) => this.#clients.uploads.send(command, { abortSignal }),
      signal,
    );
    if (UploadId) return UploadId;
    throw new Error('The store began an upload without an id');
  }

  async uploadPart(
    upload: UploadName,
    part: { number: number; bytes: Buffer; md5: Buffer },
    options: SendOptions,
  ): Promise<SentPart> {
    const { number, bytes, md5 } = part;
    const { ETag } = await this.#sendBytes(bytes, options, (Body, abortSignal) => {
      const sized = { Body, ContentLength: bytes.length, ContentMD5: md5.toString('base64') };
      const command = new UploadPartCommand({ ...this.#of(upload), PartNumber: number, ...sized });
      return this.#clients.uploads.send(command, { abortSignal });
    });
    return { number, etag: ETag ?? `"${md5.toString('hex')}"` };
  }

  async completeUpload(upload: UploadName, parts: readonly SentPart[], signal?: AbortSignal): Promise<void> {
    const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
    await this.#ifFree((condition) => {
      const command = new CompleteMultipartUploadCommand({
        ...this.#of(upload),
        MultipartUpload: { Parts },
        ...condition,
      });
      return this.#send((abortSignal) => this.#clients.uploads.send(command, { abortSignal }), signal);
    });
  }

  async listParts(
    upload: UploadName,
    signal?: AbortSignal,
  ): Promise<Array<SentPart & { sizeBytes: number }> | undefined> {
    const parts: Array<SentPart & { sizeBytes: number }> = [];
    let after: string | undefined;
    try {
      do {
        const next = after === undefined ? {} : { PartNumberMarker: after };
        const command = new ListPartsCommand({ ...this.#of(upload), ...next });
        const page = await this.#send((abortSignal) => this.#clients.uploads.send(command, { abortSignal }), signal);
        for (const { PartNumber: number = 0, ETag: etag = '', Size: sizeBytes = 0 } of page.Parts ?? []) {
          parts.push({ number, etag, sizeBytes });
        }
        after = page.IsTruncated ? page.NextPartNumberMarker : undefined;
      } while (after !== undefined);
      return parts;
    } catch (error) {
      if (isAbsent(this.faultOf(error))) return undefined;
      throw error;
    }
  }

  async abortUpload(upload: UploadName, signal?: AbortSignal): Promise<void> {
    const command = new AbortMultipartUploadCommand(this.#of(upload));
    try {
      await this.#send((abortSignal) => this.#clients.uploads.send(command, { abortSignal }), signal);
    } catch (error) {
      if (!isAbsent(this.faultOf(error))) throw error;
    }
  }

  #of({ key, uploadId }: UploadName) {
    return { Bucket: this.bucket, Key: key, UploadId: uploadId };
  }

  #send<T>(run: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return withinLimit((ended) => run(eitherOf(ended, signal)), this.limits, signal);
  }

  #sendBytes<T>(
    bytes: Buffer,
    { signal, onSent }: SendOptions,
    run: (body: ReturnType<typeof pacedBody>, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return withinLimit(
      async (ended, touch) => {
        const either = eitherOf(ended, signal);
        let sentBytes = 0;
        const body = pacedBody(bytes, this.#bandwidth, either, (sent) => {
          touch();
          sentBytes += sent;
          onSent?.(sent);
        });
        try {
          return await run(body, either);
        } catch (error) {
          onSent?.(-sentBytes);
          throw error;
        } finally {
          body.destroy();
        }
      },
      this.limits,
      signal,
    );
  }

  /** Where the store refuses the condition, only our own look before protects the name. */
  async #ifFree<T>(run: (condition: { IfNoneMatch?: string }) => Promise<T>): Promise<T> {
    if (!this.#isConditional) return run({});
    try {
      return await run({ IfNoneMatch: '*' });
    } catch (error) {
      if (!isNotImplemented(this.faultOf(error))) throw error;
      this.#isConditional = false;
      return run({});
    }
  }
}

function describe({ mimeType, sha256, metadata = {} }: AssetFacts) {
  const own = Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), headerText(value)]);
  return { ContentType: mimeType, Metadata: { ...Object.fromEntries(own), [SHA256]: sha256 } };
}

/** Metadata travels in headers, which carry ASCII only. */
function headerText(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value.toWellFormed());
}

function eitherOf(ended: AbortSignal, signal: AbortSignal | undefined): AbortSignal {
  return signal ? AbortSignal.any([ended, signal]) : ended;
}
