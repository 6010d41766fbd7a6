import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';

export interface ReadBody {
  encoding: 'multipart' | 'json' | 'other';
  /** Undefined when it cannot be read. */
  fields: Record<string, unknown> | undefined;
}

/** The fields of a request, from a form or from JSON. A file is a `File`. */
export async function readBody(exchange: Exchange): Promise<ReadBody> {
  const type = exchange.header('content-type') ?? '';
  const bytes = await exchange.body();
  if (/^multipart\/form-data\b/i.test(type)) return { encoding: 'multipart', fields: await formFields(bytes, type) };
  if (!/^application\/json\b/i.test(type)) return { encoding: 'other', fields: undefined };
  return { encoding: 'json', fields: jsonFields(bytes) };
}

async function formFields(bytes: Buffer, type: string): Promise<Record<string, unknown> | undefined> {
  try {
    const form = await new Response(Uint8Array.from(bytes), { headers: { 'content-type': type } }).formData();
    const fields: Record<string, unknown> = {};
    for (const [name, value] of form) put(fields, name, value);
    return fields;
  } catch {
    return undefined;
  }
}

/** `name[field]` is a field of an object, as the official client writes it. */
function put(fields: Record<string, unknown>, name: string, value: unknown): void {
  const [, outer = '', inner = ''] = /^([^[\]]+)\[([^[\]]+)\]$/.exec(name) ?? [];
  if (outer === '') {
    fields[name] = value;
    return;
  }
  const before = fields[outer];
  fields[outer] = { ...(typeof before === 'object' ? before : {}), [inner]: value };
}

function jsonFields(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : undefined;
  } catch {
    return undefined;
  }
}
