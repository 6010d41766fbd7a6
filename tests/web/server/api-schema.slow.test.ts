import { execFile } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const linter = join(dirname(createRequire(import.meta.url).resolve('@redocly/cli/package.json')), 'bin/cli.js');
const reportSchema = z.object({
  totals: z.object({ errors: z.number(), warnings: z.number(), ignored: z.number() }),
  problems: z.array(z.object({ ruleId: z.string(), message: z.string() })),
});

it('docs/openapi.json is what a public linter recommends, with nothing ignored', async () => {
  // In a folder of its own, no configuration and no list of exceptions applies.
  const folder = temporaryFolder();
  copyFileSync(resolve(import.meta.dirname, '../../../docs/openapi.json'), join(folder, 'openapi.json'));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [linter, 'lint', 'openapi.json', '--extends=recommended', '--format=json'],
    { cwd: folder, env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } },
    // It ends with 1 for an error, and says which one on its output.
  ).catch((error: { stdout: string }) => error);
  const report = reportSchema.parse(JSON.parse(stdout));
  expect(report.problems).toEqual([]);
  expect(report.totals).toEqual({ errors: 0, warnings: 0, ignored: 0 });
});
