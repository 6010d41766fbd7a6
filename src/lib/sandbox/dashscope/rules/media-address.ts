import ipaddr from 'ipaddr.js';
import { invalidParameter, type Refusal, type TaskFailure } from './refusal.ts';

export interface MediaContext {
  /** Whether the request carries `X-DashScope-OssResourceResolve: enable`. */
  resolvesOss: boolean;
  /** Whether the file is there and was uploaded for this model: uploads are not shared between models. */
  isUploaded: (ossUrl: string, model: string) => boolean;
  /** Whether it is the link of a video that this sandbox made, which the service's own storage would serve. */
  isOwnResult: (url: URL) => boolean;
  /** Rejects what the provider does not document, even if the real service might accept it. */
  strict: boolean;
}

/** A media address with where it was named. */
export interface NamedAddress {
  field: string;
  url: string;
  /** A picture may also come inline, as base64. */
  isImage: boolean;
}

const NOT_VALID = 'The provided URL does not appear to be valid. Ensure it is correctly formatted.';
const MAX_IMAGE_BYTES = 20 * 1024 * 1024;
// RFC 6761 and 6762: never a host on the Internet.
const LOCAL_NAME = /(^|\.)(localhost|local|internal|invalid)\.?$/i;
// The first characters of JPEG, PNG, WEBP and BMP files in base64.
const IMAGE_IN_BASE64 = /^(\/9j\/|iVBORw0K|UklGR|Qk)[A-Za-z0-9+/]*={0,2}$/;

/** A media address by its form alone: the sandbox never fetches what a request names. */
export function checkAddress({ field, url, isImage }: NamedAddress, context: MediaContext): Refusal | undefined {
  const notValid = invalidParameter(`${NOT_VALID} (${field})`);
  if (url.startsWith('data:')) return isImage ? checkDataUrl(field, url) : notValid;
  if (url.startsWith('oss://')) return context.resolvesOss ? undefined : notValid;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return undefined;
  // @ai-sdk/alibaba sends a picture in memory like this; the pages know only the form with "data:".
  return isImage && !context.strict && IMAGE_IN_BASE64.test(url) ? undefined : notValid;
}

function checkDataUrl(field: string, url: string): Refusal | undefined {
  const [, type = '', base64] = /^data:([a-z]+\/[a-z0-9.+-]+);base64,([A-Za-z0-9+/]+={0,2})$/.exec(url) ?? [];
  if (base64 === undefined) return invalidParameter(`${NOT_VALID} (${field})`);
  if (!/^image\/(jpeg|jpg|png|bmp|webp)$/.test(type)) return invalidParameter(`${field}: ${type} is not supported.`);
  if ((base64.length * 3) / 4 > MAX_IMAGE_BYTES) return invalidParameter(`${field}: the image is larger than 20 MB.`);
  return undefined;
}

/** What the task finds when it goes for the media: what was not uploaded, or lies where only this machine can reach it. */
export function downloadFailure(
  model: string,
  addresses: readonly NamedAddress[],
  context: MediaContext,
): TaskFailure | undefined {
  const lost = addresses.find(({ url }) => !canBeFetched(model, url, context));
  return lost && { code: 'InvalidParameter.FileDownload', message: `download for ${lost.field} error` };
}

function canBeFetched(model: string, url: string, context: MediaContext): boolean {
  if (url.startsWith('oss://')) return context.isUploaded(url, model);
  if (!/^https?:/i.test(url)) return true;
  const address = new URL(url);
  return context.isOwnResult(address) || isPublic(address.hostname.replace(/^\[|\]$/g, ''));
}

function isPublic(host: string): boolean {
  if (!ipaddr.isValid(host)) return !LOCAL_NAME.test(host);
  return ipaddr.process(host).range() === 'unicast';
}
