import { describe, expect, it } from 'vitest';
import { misspeltNames } from '#lib/base/input/misspelt-names.ts';

const KNOWN = [
  'WANX_BUDGET_USD',
  'WANX_MODEL',
  'REELKEEP_ADMIN_TOKEN',
  'DASHSCOPE_API_KEY',
  'DASHSCOPE_HTTP_BASE_URL',
  'HOST',
  'FAL_KEY',
];
const look = (name: string) => misspeltNames([name], KNOWN, ['WANX_', 'REELKEEP_']);

describe('misspeltNames', () => {
  it.each([
    ['WANX_BUDGET', 'WANX_BUDGET_USD'],
    ['WANX_BUGDET', 'WANX_BUDGET_USD'],
    ['WANX_BUGET_USD', 'WANX_BUDGET_USD'],
    ['WANX_MODLE', 'WANX_MODEL'],
    ['wanx_budget_usd', 'WANX_BUDGET_USD'],
    ['Reelkeep_Admin_Token', 'REELKEEP_ADMIN_TOKEN'],
    ['REELKEEP_ADMINTOKEN', 'REELKEEP_ADMIN_TOKEN'],
    ['\uFEFFWANX_BUDGET_USD', 'WANX_BUDGET_USD'],
    ['DASHSCOPE_API_KEY\u200B', 'DASHSCOPE_API_KEY'],
    ['DASHSCOPE_API\u00A0KEY', 'DASHSCOPE_API_KEY'],
    ['\u202EWANX_MODEL', 'WANX_MODEL'],
    ['WANX_MODEL ', 'WANX_MODEL'],
    ['DASHSCOPE_APIKEY', 'DASHSCOPE_API_KEY'],
    ['DASHSCOPE_API_KYE', 'DASHSCOPE_API_KEY'],
    ['DASCHSCOPE_API_KEY', 'DASHSCOPE_API_KEY'],
    ['DАSHSCOPE_API_KEY', 'DASHSCOPE_API_KEY'],
    ['WNAX_BUDGET_USD', 'WANX_BUDGET_USD'],
    ['DASHSCOPE-HTTP-BASE-URL', 'DASHSCOPE_HTTP_BASE_URL'],
    ['dashscope.http.base.url', 'DASHSCOPE_HTTP_BASE_URL'],
    ['REELKEEP_TOKEN', 'REELKEEP_ADMIN_TOKEN'],
    ['host', 'HOST'],
    ['HSOT', 'HOST'],
    ['FAL_KYE', 'FAL_KEY'],
    ['FLA_KEY', 'FAL_KEY'],
  ])('%j is taken for %s', (name, nearest) => {
    expect(look(name)).toEqual([{ name, nearest }]);
  });

  it.each([
    ...KNOWN,
    'PATH',
    'HOSTS',
    'XAI_KEY',
    'FAB_KEY',
    'DASHSCOPE_API_KEY_FILE_PATH',
    'DASHSCOPE_WEBSOCKET_BASE_URL',
    'DASHSCOPE_LOGGING_LEVEL',
    'OPENAI_API_KEY',
    'AWS_REGION',
  ])('%s passes', (name) => {
    expect(look(name)).toEqual([]);
  });
});
