import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { messageOf, ReelError } from '#lib/base/errors.ts';
import { assertSettingNames, SETTING_NAMES } from '#lib/config.ts';

const FILE_NAME = '.env';

/**
 * Sets the variables of the project's `.env` that are not already set. One reader for the commands, `npm start` and the dev
 * server: a spending limit that only some of them see is no limit.
 * @param environment of the process; modified
 * @throws ReelError `config` for a file that would not be read as it looks, or for a misspelt name
 */
export function loadSettingsFile(environment: Record<string, string | undefined>): void {
  const path = join(environment.WANX_PROJECT_ROOT?.trim() || process.cwd(), FILE_NAME);
  if (existsSync(path)) {
    const values = parseSettings(path, bytesOf(path));
    for (const [name, value] of Object.entries(values)) environment[name] ??= value;
  }
  assertSettingNames(environment);
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unusable(path, `cannot be read: ${messageOf(error)}`, error);
  }
}

function parseSettings(path: string, bytes: Buffer): Record<string, string> {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) throw unusable(path, 'is UTF-16. Save it as UTF-8');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) throw unusable(path, 'is UTF-16. Save it as UTF-8');
  if (bytes.includes(0)) throw unusable(path, 'contains NUL bytes, so it is not UTF-8 text. Save it as UTF-8');
  // Windows editors write a byte order mark, which would become part of the first name.
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const values: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(parseEnv(text))) if (value !== undefined) values[name] = value;
  assertAllRead(path, text, values);
  return values;
}

/**
 * Where a setting of ours stands in a line, as far as comments go: `NAME: value`, `NAME value`, `set NAME=value`,
 * `$env:NAME="value"`, `"NAME": "value"`, or behind another setting.
 */
const MENTION =
  /(?:^|[ \t:;,"'])([A-Za-z_]+)["']?[ \t]*(?:[=:]|$)|^[ \t]*(?:(?:export|set|setenv)[ \t]+)?([A-Za-z_]+)/gi;

/** A line that looks as if it sets something and does not: in another form, or inside an unclosed quote. */
function assertAllRead(path: string, text: string, values: Record<string, string>): void {
  text.split(/\r\n|[\r\n\u2028\u2029]/).forEach((line, index) => {
    const written = line.replace(/(?:^|[ \t])#.*$/, '');
    const names = [...written.matchAll(MENTION)].flatMap(([, set, first]) => [set ?? '', first ?? '']);
    const name = names.find((one) => SETTING_NAMES.includes(one) && !(one in values));
    if (name === undefined) return;
    throw unusable(
      path,
      `mentions ${name} in line ${index + 1} without setting it. Write it as ${name}=value in a line of its own, and close every quote`,
    );
  });
}

function unusable(path: string, why: string, cause?: unknown): ReelError {
  const advice = 'It must be a text file with lines such as WANX_MODEL=…; correct it, or move it elsewhere.';
  return new ReelError('config', `The settings file ${path} ${why}. ${advice}`, { stage: 'configuring', cause });
}
