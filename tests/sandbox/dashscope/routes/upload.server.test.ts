import { describe, expect, it } from 'vitest';
import { openSandbox, type SandboxClient } from '../../../fixtures/sandbox-client.ts';

interface Policy {
  policy: string;
  signature: string;
  upload_dir: string;
  upload_host: string;
  oss_access_key_id: string;
  x_oss_object_acl: string;
  x_oss_forbid_overwrite: string;
}

async function policyOf(client: SandboxClient): Promise<Policy> {
  return (await (await client.call('/uploads?action=getPolicy&model=wan2.7-i2v')).json()).data;
}

/** What the official SDKs send, field by field, with changes. */
function upload(policy: Policy, changes: Record<string, string> = {}, file = new Blob(['picture'])): Promise<Response> {
  const fields = {
    OSSAccessKeyId: policy.oss_access_key_id,
    Signature: policy.signature,
    policy: policy.policy,
    key: `${policy.upload_dir}/first.png`,
    'x-oss-object-acl': policy.x_oss_object_acl,
    'x-oss-forbid-overwrite': policy.x_oss_forbid_overwrite,
    success_action_status: '200',
    ...changes,
  };
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', file, 'first.png');
  return fetch(policy.upload_host, { method: 'POST', body: form });
}

function createWith(client: SandboxClient, url: string, headers: Record<string, string> = {}): Promise<Response> {
  const body = { model: 'wan2.7-i2v', input: { media: [{ type: 'first_frame', url }] }, parameters: {} };
  return client.create(body, headers);
}

/** The task is taken on: that there is no file it finds out itself. */
async function failureOf(client: SandboxClient, response: Response) {
  const { output } = await response.json();
  client.clock.advance(3000);
  return (await client.task(output.task_id)).output;
}
const NOT_FOUND = expect.objectContaining({
  task_status: 'FAILED',
  code: 'InvalidParameter.FileDownload',
  message: 'download for input.media.first_frame error',
});

const RESOLVE = { 'x-dashscope-ossresourceresolve': 'enable' };

describe('uploading', () => {
  it('makes a file that a request can name for 48 hours', async () => {
    const client = await openSandbox();
    const policy = await policyOf(client);
    expect((await upload(policy)).status).toBe(200);
    const url = `oss://${policy.upload_dir}/first.png`;
    expect((await createWith(client, url, RESOLVE)).status).toBe(200);
    client.clock.advance(48 * 3_600_000);
    expect(await failureOf(client, await createWith(client, url, RESOLVE))).toEqual(NOT_FOUND);
  });

  it('makes a file for one model only', async () => {
    const client = await openSandbox();
    const policy = await policyOf(client);
    expect((await upload(policy)).status).toBe(200);
    const media = [{ type: 'first_frame', url: `oss://${policy.upload_dir}/first.png` }];
    const body = { model: 'wan3.0-video', input: { media }, parameters: {} };
    expect(await failureOf(client, await client.create(body, RESOLVE))).toEqual(NOT_FOUND);
  });

  it('is of no use without the header that resolves it', async () => {
    const client = await openSandbox();
    const policy = await policyOf(client);
    await upload(policy);
    const refusal = await createWith(client, `oss://${policy.upload_dir}/first.png`);
    expect([refusal.status, await refusal.json()]).toMatchObject([
      400,
      { code: 'InvalidParameter', message: expect.stringMatching(/^The provided URL does not appear to be valid\./) },
    ]);
  });

  it('must have happened', async () => {
    const client = await openSandbox();
    const response = await createWith(client, 'oss://dashscope-instant/nothing.png', RESOLVE);
    expect(await failureOf(client, response)).toEqual(NOT_FOUND);
  });

  it.each([
    ['a wrong signature', { Signature: 'x' }, 403, 'SignatureDoesNotMatch'],
    ['a changed policy', { policy: 'e30=' }, 403, 'SignatureDoesNotMatch'],
    ['a key outside its folder', { key: 'elsewhere/first.png' }, 403, 'AccessDenied'],
    ['another acl', { 'x-oss-object-acl': 'public-read' }, 400, 'MalformedPOSTRequest'],
  ])('with %s is refused', async (_name, changes, status, code) => {
    const client = await openSandbox();
    const response = await upload(await policyOf(client), changes);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
  });

  it('is refused after the policy expired, twice under one name, and without a form', async () => {
    const client = await openSandbox();
    const policy = await policyOf(client);
    expect((await upload(policy, { success_action_status: '204' })).status).toBe(204);
    expect((await upload(policy)).status).toBe(409);
    client.clock.advance(300_000);
    expect(await (await upload(policy, { key: `${policy.upload_dir}/2.png` })).text()).toContain('Policy expired');
    expect((await fetch(policy.upload_host, { method: 'POST', body: 'x' })).status).toBe(400);
  });

  it.each(['?action=getPolicy&model=wan9', '?action=getPolicy', '?model=wan2.7-i2v'])(
    '%s gives no policy',
    async (query) => {
      const client = await openSandbox();
      expect((await client.call(`/uploads${query}`)).status).toBe(400);
    },
  );
});
