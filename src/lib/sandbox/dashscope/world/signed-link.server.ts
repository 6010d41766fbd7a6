import { createHmac, timingSafeEqual } from 'node:crypto';

/** A key id of this form tells the links of one task apart: OSS V1 puts nothing else into the query. */
const keyIdOf = (serial: number) => `LTAISANDBOX${String(serial).padStart(6, '0')}`;

export type LinkState = 'good' | 'unsigned' | 'tampered' | 'expired';

/** Signs and checks addresses the way OSS V1 presigning does: `Expires`, `OSSAccessKeyId` and `Signature` in the query. */
export class LinkSigner {
  readonly #secret: string;

  constructor(seed: string) {
    this.#secret = `reelkeep-sandbox ${seed}`;
  }

  /** The query for a GET of `path` that is good until `expiresAtMs`; `serial` makes it unlike the links before it. */
  sign(path: string, expiresAtMs: number, serial: number): string {
    const expires = String(Math.floor(expiresAtMs / 1000));
    const keyId = keyIdOf(serial);
    const signature = encodeURIComponent(this.signature('GET', path, expires, keyId));
    return `Expires=${expires}&OSSAccessKeyId=${keyId}&Signature=${signature}`;
  }

  check(method: string, url: URL, nowMs: number): LinkState {
    const expires = url.searchParams.get('Expires');
    const keyId = url.searchParams.get('OSSAccessKeyId');
    const signature = url.searchParams.get('Signature');
    if (expires === null || keyId === null || signature === null) return 'unsigned';
    // The method is part of what is signed: a HEAD on a link made for GET is a wrong signature.
    if (!equal(signature, this.signature(method, url.pathname, expires, keyId))) return 'tampered';
    return Number(expires) * 1000 <= nowMs ? 'expired' : 'good';
  }

  signature(method: string, resource: string, expires: string, keyId: string): string {
    const key = createHmac('sha256', this.#secret).update(keyId).digest();
    return createHmac('sha1', key).update(`${method}\n\n\n${expires}\n${resource}`).digest('base64');
  }
}

export function equal(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
