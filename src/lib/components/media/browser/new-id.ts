const BYTES = 16;

/** An id that nobody else has. Not `randomUUID`, which pages without HTTPS do not have. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(BYTES))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
