import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { FormData } from 'undici';
import { ReelError } from '#lib/base/errors.ts';
import { exchange } from '#lib/base/http/exchange.server.ts';
import { type UploadPolicy, uploadPolicyOf } from '#lib/wanx/answers/tasks.ts';
import { type DashScopeApi, networkError } from '#lib/wanx/dashscope/calls.server.ts';
import type { ResolvedMedia } from '#lib/wanx/dashscope/request-body.ts';
import type { CompleteRequest } from '#lib/wanx/request/options.ts';
import { checkInlineImages } from './inline-image.server.ts';
import { type LocalFile, localFilesOf, type ReadVideo } from './local-file.server.ts';

export interface MediaOptions {
  signal?: AbortSignal | undefined;
  readVideo: ReadVideo;
  /** Also for images that could be sent inline. */
  upload: boolean;
}

/** Base64 makes 7 MiB into 9.8 MB; how large a request body may be is not documented. */
const LARGEST_INLINE_FILE_BYTES = 7 * 1024 * 1024;
const UPLOAD_TIMEOUT_MS = 600_000;

/**
 * Turns every input into a URL that the provider can read: http(s), oss and data URLs as they are, byte for byte; local
 * images inline; other local files, and large images, through the provider's temporary storage.
 * @throws ReelError `invalid-input` for a file that is missing, and for a file or an inline image that is too large or of a
 * wrong format
 */
export async function resolveMedia(
  api: DashScopeApi,
  request: CompleteRequest,
  options: MediaOptions,
): Promise<ResolvedMedia[]> {
  // Everything is looked at before the first file is uploaded.
  checkInlineImages(request);
  const files = await localFilesOf(request, options.readVideo);
  const resolved: ResolvedMedia[] = [];
  for (const [index, item] of request.media.entries()) {
    const file = files[index];
    const url = file ? await urlOfFile(api, request.model.id, file, options) : String(item.source);
    resolved.push({ role: item.role, url });
  }
  return resolved;
}

async function urlOfFile(api: DashScopeApi, model: string, file: LocalFile, options: MediaOptions): Promise<string> {
  if (file.isInline && !options.upload && file.sizeBytes <= LARGEST_INLINE_FILE_BYTES) {
    return `data:${file.format.mimeType};base64,${await readFile(file.path, 'base64')}`;
  }
  return uploadFile(api, model, file, options.signal);
}

/** The model must be that of the later submission: the credential is bound to it. */
async function uploadFile(
  api: DashScopeApi,
  model: string,
  file: LocalFile,
  signal: AbortSignal | undefined,
): Promise<string> {
  const search = new URLSearchParams({ action: 'getPolicy', model });
  const policy = await api.read('upload', { method: 'GET', path: `/uploads?${search}`, signal }, uploadPolicyOf);
  refuseUnsafeHost(api, policy);
  const key = `${policy.upload_dir}/${randomUUID()}.${file.format.extension}`;
  // No key of ours here: the storage is another host, and the policy is its own credential.
  const answer = await exchange({
    method: 'POST',
    url: policy.upload_host,
    headers: {},
    body: await formFor(policy, key, file),
    timeoutMs: UPLOAD_TIMEOUT_MS,
    signal,
    proxy: api.settings.proxy,
    dispatcher: api.settings.dispatcher,
  });
  if (answer.kind === 'failure') throw networkError(answer, { stage: 'submitting', billable: 'no' });
  if (answer.status >= 200 && answer.status < 300) return `oss://${key}`;
  throw new ReelError(
    'provider-failed',
    `The provider's storage refused the upload (HTTP ${answer.status}). Try again.`,
    {
      stage: 'submitting',
      retryable: true,
    },
  );
}

/** Field names of OSS PostObject; `file` must come last. */
async function formFor(policy: UploadPolicy, key: string, file: LocalFile): Promise<FormData> {
  const form = new FormData();
  form.set('OSSAccessKeyId', policy.oss_access_key_id);
  form.set('Signature', policy.signature);
  form.set('policy', policy.policy);
  form.set('x-oss-object-acl', policy.x_oss_object_acl);
  form.set('x-oss-forbid-overwrite', policy.x_oss_forbid_overwrite);
  form.set('key', key);
  form.set('success_action_status', '200');
  form.set('file', await openAsBlob(file.path, { type: file.format.mimeType }), key.slice(key.lastIndexOf('/') + 1));
  return form;
}

function refuseUnsafeHost(api: DashScopeApi, policy: UploadPolicy): void {
  if (new URL(policy.upload_host).protocol === 'https:' || api.settings.endpoint.startsWith('http:')) return;
  throw new ReelError('provider-failed', 'The provider returned a storage host without https. The file was not sent.', {
    stage: 'submitting',
  });
}
