import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { NO_KEY, SANDBOX_COMMAND } from '#lib/web/http/no-key.ts';

it('the command to try the app is one that there is', () => {
  const [, script = ''] = /^npm (\w+) -- --sandbox$/.exec(SANDBOX_COMMAND) ?? [];
  expect(JSON.parse(readFileSync('package.json', 'utf8')).scripts).toHaveProperty(script);
  expect(NO_KEY).toContain(SANDBOX_COMMAND);
});
