import { FormData } from 'undici';
import type { OpenAIVideoRequest, Reference } from './options.ts';

/** The fields of a request as the API spells them, without the picture. */
export type WireFields = Record<string, unknown>;

export function wireFields(request: OpenAIVideoRequest, defaultModel: string | undefined): WireFields {
  const { inputReference: _picture, model = defaultModel, seconds, ...fields } = request;
  // Text by the API's description, although it is a number.
  return { ...fields, model, ...(seconds !== undefined && { seconds: String(seconds) }) };
}

/** What `JSON.stringify` leaves out stays out. */
export function jsonBody(fields: WireFields, reference: Reference | undefined): Record<string, unknown> {
  return { ...fields, ...(reference && { input_reference: referenceObject(reference) }) };
}

function referenceObject(reference: Reference): Record<string, string> {
  if (reference.kind === 'file-id') return { file_id: reference.fileId };
  if (reference.kind === 'url') return { image_url: reference.url };
  return { image_url: `data:${reference.mimeType};base64,${Buffer.from(reference.bytes).toString('base64')}` };
}

/** Objects and lists in the official client's way: `name[field]`, `name[]`. */
export function formBody(fields: WireFields, reference: Reference | undefined): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) append(form, name, value);
  if (reference?.kind === 'file') {
    form.append('input_reference', new Blob([reference.bytes], { type: reference.mimeType }), reference.name);
  } else if (reference) {
    append(form, 'input_reference', referenceObject(reference));
  }
  return form;
}

function append(form: FormData, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    for (const one of value) append(form, `${name}[]`, one);
  } else if (typeof value === 'object') {
    for (const [field, inner] of Object.entries(value)) append(form, `${name}[${field}]`, inner);
  } else {
    form.append(name, String(value));
  }
}
