import { redactText } from '#lib/base/redact.ts';

const SHOWN_MESSAGE = 300;

/** `what (type, HTTP 422): “words”`, with the key cut out in case it is repeated there. */
export function saying(
  what: string,
  { type, httpStatus, message = '' }: { type?: string | undefined; httpStatus?: number; message?: string | undefined },
  key = '',
): string {
  const cut = (text: string) => redactText(key === '' ? text : text.replaceAll(key, '…'));
  const facts = [type, httpStatus === undefined ? undefined : `HTTP ${httpStatus}`].filter((one) => one !== undefined);
  const label = cut(facts.join(', ')).slice(0, 120);
  const words = cut(message.replaceAll(/\s+/g, ' ').trim()).slice(0, SHOWN_MESSAGE);
  const quoted = words === '' ? '' : `: “${words.replace(/[.\s]+$/, '')}”`;
  return `${what}${label === '' ? '' : ` (${label})`}${quoted}`;
}
