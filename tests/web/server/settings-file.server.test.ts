import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SETTING_NAMES } from '#lib/config.ts';
import { loadSettingsFile } from '#lib/web/server/settings-file.server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/** Reads a `.env` of these bytes; what it sets is taken back at the end of the test. */
function load(content: string | Buffer): NodeJS.ProcessEnv {
  const root = temporaryFolder();
  writeFileSync(join(root, '.env'), content);
  vi.stubEnv('WANX_PROJECT_ROOT', root);
  for (const name of SETTING_NAMES) if (name !== 'WANX_PROJECT_ROOT') vi.stubEnv(name, undefined);
  loadSettingsFile(process.env);
  return process.env;
}

const MARK = '\uFEFF';

const before = new Set(Object.keys(process.env));
afterEach(() => {
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env)) if (!before.has(name)) delete process.env[name];
});

describe('loadSettingsFile', () => {
  it.each([
    ['a byte order mark', `${MARK}WANX_BUDGET_USD=3\nWANX_MODEL=m`],
    ['Windows line ends', 'WANX_BUDGET_USD=3\r\nWANX_MODEL=m\r\n'],
    ['both, comments and quotes', `${MARK}# mine\r\nexport WANX_BUDGET_USD="3" # dollars\r\n WANX_MODEL = 'm'`],
  ])('takes every line of a file with %s', (_name, content) => {
    const { WANX_BUDGET_USD, WANX_MODEL } = load(content);
    expect({ WANX_BUDGET_USD, WANX_MODEL }).toEqual({ WANX_BUDGET_USD: '3', WANX_MODEL: 'm' });
  });

  it.each([
    'WANX_MODEL=m # and WANX_BUDGET_USD=3 on weekdays',
    '# WANX_BUDGET_USD=3\nWANX_MODEL=m\n\t# set WANX_BUDGET_USD=3',
    'WANX_MODEL=m\nOTHER_URL=https://x.example/?WANX_BUDGET_USD=3',
    'WANX_MODEL=m\nHTTPS_PROXY_OF_MINE=http://proxy.example\nMY_WANX_BUDGET_USD=3',
  ])('takes no other mention for a setting: %j', (content) => {
    expect(load(content)).toMatchObject({ WANX_MODEL: 'm' });
    expect(process.env.WANX_BUDGET_USD).toBeUndefined();
  });

  it('leaves what the shell has set', () => {
    const root = temporaryFolder();
    writeFileSync(join(root, '.env'), 'WANX_BUDGET_USD=100');
    vi.stubEnv('WANX_PROJECT_ROOT', root);
    vi.stubEnv('WANX_BUDGET_USD', '1');
    loadSettingsFile(process.env);
    expect(process.env.WANX_BUDGET_USD).toBe('1');
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['UTF-16', Buffer.from(`${MARK}WANX_BUDGET_USD=3`, 'utf16le'), /is UTF-16/],
    ['UTF-16 of the other order', Buffer.from(`${MARK}WANX_BUDGET_USD=3`, 'utf16le').swap16(), /is UTF-16/],
    ['UTF-16 without a mark', Buffer.from('WANX_BUDGET_USD=3', 'utf16le'), /NUL/],
    ['a NUL in its middle', 'WANX_MODEL=m\n\0WANX_BUDGET_USD=3', /NUL/],
    [
      'a mark in its middle',
      `WANX_MODEL=m\n${MARK}WANX_BUDGET_USD=3`,
      /ufeffWANX_BUDGET_USD \(did you mean WANX_BUDGET_USD/,
    ],
    ['an unknown name', 'WANX_BUDGET=3', /WANX_BUDGET \(did you mean WANX_BUDGET_USD/],
    ['a name in small letters', 'reelkeep_admin_token=0123456789abcdef', /did you mean REELKEEP_ADMIN_TOKEN/],
    ['two wrong letters', 'DASHSCOPE_API_KYE=sk-x', /did you mean DASHSCOPE_API_KEY/],
    ['a colon', 'WANX_MODEL=m\nWANX_BUDGET_USD: 3', /WANX_BUDGET_USD in line 2/],
    ['a blank', 'WANX_BUDGET_USD 3', /WANX_BUDGET_USD in line 1/],
    ...[
      ...['$env:WANX_BUDGET_USD="3"', 'set WANX_BUDGET_USD=3', 'SET "WANX_BUDGET_USD=3"', 'setenv WANX_BUDGET_USD 3'],
      ...[
        'declare -x WANX_BUDGET_USD=3',
        'Export WANX_BUDGET_USD=3',
        'env WANX_BUDGET_USD=3',
        '"WANX_BUDGET_USD": "3",',
      ],
      ...['  - WANX_BUDGET_USD: 3', 'WANX_MODEL=m;WANX_BUDGET_USD=3', 'WANX_MODEL=m WANX_BUDGET_USD=3'],
      ...['WANX_MODEL=m\u2028WANX_BUDGET_USD=3'],
    ].map((line): [string, string, RegExp] => [`the line ${line}`, line, /mentions WANX_BUDGET_USD in line [12]/]),
    ['hyphens', 'DASHSCOPE-HTTP-BASE-URL=https://x.example', /did you mean DASHSCOPE_HTTP_BASE_URL/],
    ['a name without its middle', 'REELKEEP_TOKEN=0123456789abcdef', /did you mean REELKEEP_ADMIN_TOKEN/],
    ['a proxy behind a colon', 'HTTPS_PROXY: http://proxy.example', /HTTPS_PROXY in line 1/],
    ['a quote that never ends', 'WANX_MODEL="m\nWANX_BUDGET_USD=3\nX="', /WANX_BUDGET_USD in line 2/],
  ])('refuses one with %s', (_name, content, message) => {
    expect(() => load(content)).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringMatching(message) }),
    );
    expect(process.env.WANX_BUDGET_USD).toBeUndefined();
  });

  it('shows no value of what it refuses', () => {
    expect(() => load('REELKEEP_ADMIN_TOKN=very-secret-token')).not.toThrow(/very-secret/);
  });

  it('says that a folder is no file', () => {
    const root = temporaryFolder();
    mkdirSync(join(root, '.env'));
    vi.stubEnv('WANX_PROJECT_ROOT', root);
    expect(() => loadSettingsFile(process.env)).toThrow(/cannot be read/);
  });

  it('passes names of the providers’ SDKs', () => {
    expect(load('DASHSCOPE_LOGGING_LEVEL=info\nDASHSCOPE_API_KEY_FILE_PATH=/x').DASHSCOPE_LOGGING_LEVEL).toBe('info');
  });
});
