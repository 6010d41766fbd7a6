import { ReelError } from '#lib/base/errors.ts';

/** Where objects go, and how the store is reached. Holds secrets. */
export interface S3Settings {
  bucket: string;
  /** Of every object's key; '' or parts joined by `/`, without one at its end. */
  prefix: string;
  /** Undefined: AWS. */
  endpoint: string | undefined;
  /** The address of the same store in presigned links, if visitors reach it by another name. */
  publicEndpoint: string | undefined;
  /** Undefined: as the SDK finds it in its own configuration files. */
  region: string | undefined;
  forcePathStyle: boolean;
  /** Undefined: from the SDK's own chain (profile, web identity, container, instance). */
  credentials: S3Credentials | undefined;
  /** For all uploads of this process together; undefined: no limit. */
  uploadBytesPerSecond: number | undefined;
}

export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** The variables that the settings are made of; their names are those of the AWS command line where it has one. */
export const S3_NAMES = [
  'S3_ENDPOINT',
  'S3_PUBLIC_ENDPOINT',
  'S3_FORCE_PATH_STYLE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
] as const;
type S3Variables = { readonly [name in (typeof S3_NAMES)[number]]?: string | undefined };

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX_PART = /^[^.\\\p{Cc}][^\\\p{Cc}]*$/u;
// A blank or line break inside is a copying mistake, and cannot be sent in a header.
const SECRET = /^[\x21-\x7e]+$/;
/** Stores that have no bucket in the path. */
const VIRTUAL_HOSTED_ONLY = /(^|\.)(aliyuncs\.com|myqcloud\.com|amazonaws\.com(\.cn)?)$/;

/**
 * The object storage at `s3://bucket/prefix`, checked before anything is sent to it. An empty or blank variable is unset.
 * @param setting the name of the variable that has the address, for messages
 * @throws ReelError `config` naming each wrong or missing variable, never its value
 */
export function s3SettingsOf(
  address: { setting: string; value: string },
  environment: Readonly<Record<string, string | undefined>>,
  uploadBytesPerSecond: number | undefined,
): S3Settings {
  const variables: S3Variables = Object.fromEntries(
    S3_NAMES.map((name) => [name, environment[name]?.trim() || undefined]),
  );
  const { bucket, prefix } = parseAddress(address);
  const endpoint = urlOf(variables, 'S3_ENDPOINT');
  return {
    ...{ bucket, prefix, endpoint, uploadBytesPerSecond },
    publicEndpoint: urlOf(variables, 'S3_PUBLIC_ENDPOINT'),
    // A store that is not AWS rarely has regions, but each signature names one.
    region: variables.AWS_REGION ?? variables.AWS_DEFAULT_REGION ?? (endpoint === undefined ? undefined : 'us-east-1'),
    forcePathStyle: isPathStyle(variables, bucket, endpoint),
    credentials: credentialsOf(variables),
  };
}

/** `s3://bucket/prefix`, for messages and records. */
export function s3AddressOf({ bucket, prefix }: Pick<S3Settings, 'bucket' | 'prefix'>): string {
  return prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
}

function parseAddress({ setting, value }: { setting: string; value: string }): { bucket: string; prefix: string } {
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)(?:\/(.*?))?\/*$/i.exec(value) ?? [];
  if (!BUCKET.test(bucket)) {
    throw wrong(
      `${setting} must be s3://bucket or s3://bucket/prefix, with the name of a bucket: 3 to 63 of a-z, 0-9, "-" and "."`,
    );
  }
  const isPrefix = path === '' || path.split('/').every((part) => PREFIX_PART.test(part));
  if (!isPrefix) throw wrong(`The prefix in ${setting} must be parts joined by "/", none of them empty or hidden`);
  return { bucket, prefix: path };
}

function urlOf(variables: S3Variables, name: 'S3_ENDPOINT' | 'S3_PUBLIC_ENDPOINT'): string | undefined {
  const text = variables[name];
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  const isPlain = url && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '' && url.hash === '';
  if (!isPlain) throw wrong(`${name} must be an http(s) URL without user, password and query`);
  return text;
}

function isPathStyle({ S3_FORCE_PATH_STYLE: asked }: S3Variables, bucket: string, endpoint: string | undefined) {
  if (asked === '1' || asked === 'true') return true;
  if (asked === '0' || asked === 'false') return false;
  if (asked !== undefined) throw wrong('S3_FORCE_PATH_STYLE must be 1, 0 or unset');
  if (endpoint === undefined) return bucket.includes('.');
  return !VIRTUAL_HOSTED_ONLY.test(new URL(endpoint).hostname);
}

function credentialsOf(variables: S3Variables): S3Credentials | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = variables;
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (accessKeyId === undefined) throw missing('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY');
  if (secretAccessKey === undefined) throw missing('AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID');
  const { AWS_SESSION_TOKEN: sessionToken, AWS_CREDENTIAL_EXPIRATION: end } = variables;
  const named = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
  const broken = Object.entries(named).filter(([, value]) => value !== undefined && !SECRET.test(value));
  if (broken.length > 0)
    throw wrong(`${broken.map(([name]) => name).join(', ')} must be printable ASCII without blanks`);
  const expiration = end === undefined ? undefined : new Date(end);
  if (expiration && Number.isNaN(expiration.getTime()))
    throw wrong('AWS_CREDENTIAL_EXPIRATION must be an ISO 8601 time');
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(expiration && { expiration }),
  };
}

function missing(name: string, given: string): ReelError {
  return wrong(`${name} is missing, while ${given} is set. Object storage needs both`);
}

function wrong(what: string): ReelError {
  return new ReelError('config', `Wrong setting: ${what}. Correct it in the environment or in .env.`, {
    stage: 'configuring',
  });
}
