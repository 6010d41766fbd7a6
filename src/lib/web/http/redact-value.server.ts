import { isReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import { readSettings } from '#lib/config.ts';

const DEEPEST = 6;
const MASK = '[redacted]';
// Fields whose value is always secret.
const SECRET_NAMES = /^(authorization|proxy-authorization|cookie|set-cookie|token|password|api-?key|session)$/i;

/** The same value with every secret masked; errors become plain objects. */
export function redactValue(value: unknown, secrets: readonly string[], depth = DEEPEST): unknown {
  if (typeof value === 'string') return maskSecrets(redactText(value), secrets);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '…';
  if (value instanceof Error) return redactValue(plainError(value), secrets, depth);
  if (Array.isArray(value)) return value.map((one) => redactValue(one, secrets, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      SECRET_NAMES.test(name) ? MASK : redactValue(inner, secrets, depth - 1),
    ]),
  );
}

function maskSecrets(text: string, secrets: readonly string[]): string {
  // The longest first: of one that begins with another the end would stay.
  const longestFirst = secrets.toSorted((one, other) => other.length - one.length);
  return longestFirst.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}

function plainError(error: Error): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const more = isReelError(error) ? { code: error.code, taskId: error.taskId, requestId: error.requestId } : {};
  return { name, message, ...more, stack, ...(cause !== undefined && { cause }) };
}

/** The secrets of the settings, for masking. */
export function currentSecrets(): string[] {
  try {
    const { adminToken, dashscopeApiKey, openaiVideosApiKey, falKey, notionToken, assets } = readSettings();
    const { secretAccessKey, sessionToken } = assets?.credentials ?? {};
    const keys = [dashscopeApiKey, openaiVideosApiKey, falKey, notionToken, secretAccessKey, sessionToken];
    const secrets = [adminToken, ...keys];
    return secrets.filter((secret) => secret !== undefined);
  } catch {
    // Wrong settings are reported where they are used; logging must still work.
    return [];
  }
}
