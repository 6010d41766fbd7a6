import { describe, expect, it } from 'vitest';
import { openSandbox } from '../../fixtures/sandbox-client.ts';
import { SDK_REQUESTS, type SdkRequest, sdkUploadForm } from '../../fixtures/wire/sdk-requests.ts';

function send(client: Awaited<ReturnType<typeof openSandbox>>, { path, headers, body }: SdkRequest) {
  return client.call(path, { method: 'POST', headers, body });
}

describe('a call of the official SDKs', () => {
  it.each(SDK_REQUESTS)('$call goes through, from creation to film', async (request) => {
    const client = await openSandbox();
    const response = await send(client, request);
    const answer = await response.json();
    expect([response.status, answer]).toEqual([200, expect.anything()]);
    client.clock.advance(60_000);
    const task = await client.task(answer.output.task_id);
    expect(task.output).toMatchObject({ task_status: 'SUCCEEDED' });
  });

  it('cancels with an empty JSON body, and lists with every filter', async () => {
    const client = await openSandbox();
    const taskId = await client.submit();
    const headers = { 'Content-Type': 'application/json; charset=utf-8', 'X-DashScope-WorkSpace': 'ws-1234' };
    expect((await client.call(`/tasks/${taskId}/cancel`, { method: 'POST', headers, body: '' })).status).toBe(200);
    const filter = '?api_key_id=1&region=cn-beijing&status=CANCELED&page_no=1&page_size=10';
    expect((await (await client.call(`/tasks${filter}`, { headers })).json()).data).toMatchObject([
      { task_id: taskId },
    ]);
  });

  it.each([
    ['Python', false],
    ['Java', true],
  ])('uploads a file as %s does', async (_sdk, writesLengths) => {
    const client = await openSandbox();
    const { data } = await (await client.call('/uploads?action=getPolicy&model=wan2.7-i2v')).json();
    const key = `${data.upload_dir}/a.png`;
    const fields = {
      OSSAccessKeyId: data.oss_access_key_id,
      Signature: data.signature,
      policy: data.policy,
      key,
      'x-oss-object-acl': data.x_oss_object_acl,
      'x-oss-forbid-overwrite': data.x_oss_forbid_overwrite,
      success_action_status: '200',
      'x-oss-content-type': 'image/png',
    };
    const file = { name: 'a.png', type: 'image/png', bytes: Buffer.from('picture') };
    const { contentType, body } = sdkUploadForm(fields, file, writesLengths);
    const headers = { 'content-type': contentType, accept: 'application/json' };
    const response = await fetch(data.upload_host, { method: 'POST', headers, body: new Uint8Array(body) });
    expect([response.status, await response.text()]).toEqual([200, '']);
    const media = [{ type: 'first_frame', url: `oss://${key}` }];
    const create = await client.create(
      { model: 'wan2.7-i2v', input: { media }, parameters: {} },
      { 'X-DashScope-OssResourceResolve': 'enable' },
    );
    const { output } = await create.json();
    client.clock.advance(60_000);
    expect((await client.task(output.task_id)).output.task_status).toBe('SUCCEEDED');
  });

  it('is let pass by a strict sandbox as well, where the caller added nothing', async () => {
    const client = await openSandbox({ strict: true });
    const plain = SDK_REQUESTS.filter(({ call }) =>
      /^(Python (t2v|i2v without prompt|kf2v)|Java (i2v|kf2v))$/.test(call),
    );
    expect(plain).toHaveLength(5);
    for (const request of plain) {
      const response = await send(client, request);
      expect([request.call, response.status, await response.json()]).toEqual([request.call, 200, expect.anything()]);
    }
  });
});
