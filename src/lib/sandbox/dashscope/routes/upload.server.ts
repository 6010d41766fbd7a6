import { z } from 'zod';
import { DETECT_MODEL, familyOf } from '#lib/sandbox/dashscope/families/model-families.ts';
import { invalidParameter } from '#lib/sandbox/dashscope/rules/refusal.ts';
import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import { equal } from '#lib/sandbox/dashscope/world/signed-link.server.ts';
import type { World } from '#lib/sandbox/dashscope/world/world.server.ts';
import { refuseXml } from './xml-answer.server.ts';

export const UPLOAD_PATH = '/dashscope-file-sandbox';
const KEY_ID = 'LTAISANDBOXUPLOAD';
const POLICY_SECONDS = 300;
const MAX_FILE_MEGABYTES = 100;
const UPLOAD_LIFE_MS = 48 * 60 * 60 * 1000;

/** `GET /uploads?action=getPolicy&model=…`: the credential for one upload. */
export function sendUploadPolicy(world: World, exchange: Exchange): void {
  const { searchParams } = exchange.url;
  const model = searchParams.get('model') ?? '';
  const known = model === DETECT_MODEL || familyOf(model) !== undefined;
  if (searchParams.get('action') !== 'getPolicy') exchange.refuse(invalidParameter('action must be getPolicy.'));
  else if (!known) exchange.refuse(invalidParameter('Model not exist.'));
  else grantUpload(world, exchange, model);
}

const folderOf = (model: string) => `dashscope-instant/sandbox-${model}/`;

function grantUpload(world: World, exchange: Exchange, model: string): void {
  const folder = `${folderOf(model)}${world.book.newId()}`;
  const expiresAtMs = world.clock.now() + POLICY_SECONDS * 1000;
  const conditions = [
    ['content-length-range', 0, MAX_FILE_MEGABYTES * 1024 * 1024],
    ['starts-with', '$key', folder],
  ];
  const policy = Buffer.from(JSON.stringify({ expiration: new Date(expiresAtMs).toISOString(), conditions })).toString(
    'base64',
  );
  exchange.sendJson(200, {
    request_id: exchange.entry.requestId,
    data: {
      policy,
      signature: sign(world, policy),
      upload_dir: folder,
      upload_host: `${world.origin()}${UPLOAD_PATH}`,
      expire_in_seconds: POLICY_SECONDS,
      max_file_size_mb: MAX_FILE_MEGABYTES,
      capacity_limit_mb: 999_999_999,
      oss_access_key_id: KEY_ID,
      x_oss_object_acl: 'private',
      x_oss_forbid_overwrite: 'true',
    },
  });
}

const sign = (world: World, policy: string) => world.signer.signature('POST', policy, '', KEY_ID);

const policySchema = z.object({
  expiration: z.iso.datetime(),
  conditions: z.tuple([
    z.tuple([z.literal('content-length-range'), z.number(), z.number()]),
    z.tuple([z.literal('starts-with'), z.literal('$key'), z.string()]),
  ]),
});
const formSchema = z.object({
  OSSAccessKeyId: z.string(),
  Signature: z.string(),
  policy: z.string(),
  key: z.string().min(1),
  'x-oss-object-acl': z.literal('private'),
  'x-oss-forbid-overwrite': z.literal('true'),
  success_action_status: z.enum(['200', '204']).default('204'),
  file: z.instanceof(Blob),
});

/** The multipart POST to the upload host. The bytes are counted and thrown away: no model here looks at them. */
export async function handleUpload(world: World, exchange: Exchange): Promise<void> {
  const form = await readForm(exchange);
  if (form === undefined) {
    return refuseXml(exchange, {
      status: 400,
      code: 'MalformedPOSTRequest',
      message: 'The body of the POST is not valid.',
    });
  }
  const refuse = (message: string) => refuseXml(exchange, { status: 403, code: 'AccessDenied', message });
  if (form.OSSAccessKeyId !== KEY_ID || !equal(form.Signature, sign(world, form.policy))) {
    return refuseXml(exchange, { status: 403, code: 'SignatureDoesNotMatch', message: 'The signature is wrong.' });
  }
  const policy = policySchema.parse(JSON.parse(Buffer.from(form.policy, 'base64').toString('utf8')));
  const [[, , maxBytes], [, , folder]] = policy.conditions;
  if (Date.parse(policy.expiration) <= world.clock.now()) return refuse('Invalid according to Policy: Policy expired.');
  if (!form.key.startsWith(`${folder}/`)) return refuse('Invalid according to Policy: Policy Condition failed: $key.');
  if (form.file.size > maxBytes) {
    return refuseXml(exchange, { status: 400, code: 'EntityTooLarge', message: 'The upload is too large.' });
  }
  if (world.book.uploadedAtMs(form.key) !== undefined) {
    return refuseXml(exchange, { status: 409, code: 'FileAlreadyExists', message: 'The object exists already.' });
  }
  world.book.addUpload(form.key, world.clock.now());
  exchange.send(Number(form.success_action_status), { 'x-oss-request-id': exchange.entry.requestId });
}

async function readForm(exchange: Exchange): Promise<z.infer<typeof formSchema> | undefined> {
  const body = await exchange.body();
  const headers = { 'content-type': exchange.header('content-type') ?? '' };
  const form = await new Response(new Uint8Array(body), { headers }).formData().catch(() => undefined);
  return form === undefined ? undefined : formSchema.safeParse(Object.fromEntries(form)).data;
}

/** Whether an `oss://` address names something that was uploaded for this model within the last 48 hours. */
export function isUploaded(world: World, url: string, model: string): boolean {
  const key = url.slice('oss://'.length);
  const uploadedAtMs = world.book.uploadedAtMs(key);
  return (
    key.startsWith(folderOf(model)) && uploadedAtMs !== undefined && world.clock.now() < uploadedAtMs + UPLOAD_LIFE_MS
  );
}
