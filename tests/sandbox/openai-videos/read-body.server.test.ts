import { expect, it } from 'vitest';
import { readBody } from '#lib/sandbox/openai-videos/read-body.server.ts';

async function read(type: string | undefined, body: string | FormData) {
  const sent = new Response(body);
  const contentType = type ?? sent.headers.get('content-type') ?? '';
  const bytes = Buffer.from(await sent.arrayBuffer());
  const exchange = {
    header: (name: string) => (name === 'content-type' ? contentType : undefined),
    body: async () => bytes,
  };
  return readBody(exchange as never);
}

function form(fields: Record<string, string | Blob>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}

it.each<[string, string | undefined, string | FormData, unknown]>([
  ['JSON', 'application/json', '{"seconds":4}', { encoding: 'json', fields: { seconds: 4 } }],
  ['JSON with a character set', 'Application/JSON; charset=utf-8', '{}', { encoding: 'json', fields: {} }],
  ['half a JSON text', 'application/json', '{"seconds":', { encoding: 'json', fields: undefined }],
  ['a JSON list', 'application/json', '[1]', { encoding: 'json', fields: undefined }],
  ['JSON null', 'application/json', 'null', { encoding: 'json', fields: undefined }],
  ['a form', undefined, form({ prompt: 'A harbour.' }), { encoding: 'multipart', fields: { prompt: 'A harbour.' } }],
  [
    'a form with fields of an object',
    undefined,
    form({ 'video[id]': 'a', 'video[seconds]': '4', 'not[whole': 'x' }),
    { encoding: 'multipart', fields: { video: { id: 'a', seconds: '4' }, 'not[whole': 'x' } },
  ],
  ['half a form', 'multipart/form-data; boundary=x', '--x\r\nbroken', { encoding: 'multipart', fields: undefined }],
  ['text', 'text/plain', '{}', { encoding: 'other', fields: undefined }],
])('reads %s', async (_what, type, body, wanted) => expect(await read(type, body)).toEqual(wanted));

it('leaves a file in a form a file', async () => {
  const { fields } = await read(
    undefined,
    form({ input_reference: new File(['abc'], 'a.png', { type: 'image/png' }) }),
  );
  expect(fields?.input_reference).toMatchObject({ name: 'a.png', type: 'image/png', size: 3 });
});
