import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FreshApp, freshApp } from '../fixtures/package/fresh-app.ts';
import { SUBPATHS } from '../fixtures/package/subpaths.ts';

let app: FreshApp;
beforeAll(async () => {
  app = await freshApp(['typescript@^6']);
  const imports = SUBPATHS.map(({ name }, index) => `import * as module${index} from '${name}';`);
  app.write({
    'every-module.ts': [...imports, `export const all = [${SUBPATHS.map((_, index) => `module${index}`)}];`].join('\n'),
    'usual.ts': USUAL,
    'node-types/with-undici.ts': WITH_UNDICI,
    'node-types/package.json': '{"private":true,"type":"module"}',
  });
  await app.run('npm', ['install', '--prefix', 'node-types', '--prefer-offline', '--no-audit', '@types/node@22']);
}, 300_000);
afterAll(() => app?.remove(), 60_000);

const USUAL = `
import { generateAndStoreVideo, getAllVideoMetadata, isReelError, type VideoMetadata } from 'reelkeep';
import { captureAsset, mp4 } from 'reelkeep/capture';
import { serveVideo } from 'reelkeep/web';

export async function make(): Promise<string> {
  const result = await generateAndStoreVideo({ id: 'tower', name: 'Tower' }, { id: 'today', name: 'Today' }, (progress) => {
    if (progress.stage === 'downloading') progress.bytesReceived.toFixed();
  });
  if (result.success === true) return result.localPath;
  const code: 'busy' | string = result.code;
  return code;
}
export const records: readonly VideoMetadata[] = getAllVideoMetadata();
export const saved = captureAsset({ url: new URL('https://example.com/a.mp4') }, 'a.mp4', { format: mp4 });
export const answer: Promise<Response> = serveVideo(new Request('https://example.com/videos/a.mp4'));
export const explain = (error: unknown) => (isReelError(error) ? error.code : undefined);
// @ts-expect-error: where this is no error, the types have become \`any\`
void generateAndStoreVideo(1);
`;

const WITH_UNDICI = `
import { WanxClient } from 'reelkeep';
import { Agent, ProxyAgent } from 'undici';

export const client = new WanxClient({ apiKey: 'sk-1', dispatcher: new Agent() });
export const other = new WanxClient({ apiKey: 'sk-1', dispatcher: new ProxyAgent('http://127.0.0.1:1') });
// @ts-expect-error
new WanxClient({ apiKey: 'sk-1', dispatcher: {} });
`;

const FOR_NODE = ['--module', 'nodenext'];
const FOR_BUNDLERS = ['--module', 'esnext', '--moduleResolution', 'bundler'];
const STRICTEST = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--noImplicitOverride'];
/** TypeScript takes every package under @types beside the file, or above it. */
const WITHOUT_NODE_TYPES = ['every-module.ts', 'usual.ts'];
const WITH_NODE_TYPES = ['every-module.ts', 'usual.ts', 'node-types/with-undici.ts'];

it.each([
  ['with strict on, for Node', [...FOR_NODE, '--strict'], WITHOUT_NODE_TYPES],
  ['with strict off, for Node', [...FOR_NODE, '--strict', 'false'], WITHOUT_NODE_TYPES],
  ['with strict on, for bundlers', [...FOR_BUNDLERS, '--strict'], WITHOUT_NODE_TYPES],
  ['with strict off, for bundlers', [...FOR_BUNDLERS, '--strict', 'false'], WITHOUT_NODE_TYPES],
  ['with everything on', [...FOR_BUNDLERS, ...STRICTEST], WITHOUT_NODE_TYPES],
  ['with the types of Node', [...FOR_NODE, '--strict', ...nodeTypes()], WITH_NODE_TYPES],
  ['with the types of Node and none of a browser', [...FOR_NODE, '--lib', 'es2023', ...nodeTypes()], WITH_NODE_TYPES],
])('the declarations compile %s, and without skipLibCheck', async (_how, options, files) => {
  const always = ['--noEmit', '--ignoreConfig', '--skipLibCheck', 'false', '--target', 'es2023', '--pretty', 'false'];
  const { stdout, code } = await app.run('tsc', [...always, ...options, ...files]);
  expect(stdout).toBe('');
  expect(code).toBe(0);
});

function nodeTypes(): string[] {
  return ['--types', 'node', '--typeRoots', join('node-types', 'node_modules', '@types')];
}
