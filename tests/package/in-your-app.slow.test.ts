import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answering, freePort } from '../fixtures/app/built-app.ts';
import { documentedFiles } from '../fixtures/package/documented-app.ts';
import { type FreshApp, freshApp } from '../fixtures/package/fresh-app.ts';
import { sandboxSettings } from '../fixtures/package/sandbox-settings.ts';

/** `node_modules` has tens of thousands of files. */
const REMOVAL_MS = 60_000;
const FILM = 'reelkeep/videos/eiffel-tower-1900.mp4';

/** What the guide's generators write, `sv create` and `create-next-app`, as far as the app needs it. */
const SVELTEKIT_FILES = {
  'vite.config.ts': `import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
export default { plugins: [sveltekit({ adapter: adapter() })] };
`,
  'tsconfig.json': '{"extends":"./.svelte-kit/tsconfig.json","compilerOptions":{"strict":true}}',
  'src/app.html': '<!doctype html><html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>',
};
const NEXT_FILES = {
  'app/layout.tsx': `export default function Layout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>;
}
`,
};

const APPS = [
  { name: 'node', packages: [], files: {}, build: undefined, start: [process.execPath, 'server.mjs'] },
  {
    name: 'sveltekit',
    packages: [
      ...['@sveltejs/kit@^2.63.0', '@sveltejs/adapter-node@^5.0.0', '@sveltejs/vite-plugin-svelte@^7.1.0'],
      ...['svelte@^5.56.0', 'vite@^8.0.0', 'typescript@^6.0.0', '@types/node@^24.0.0'],
    ],
    files: SVELTEKIT_FILES,
    build: ['vite', 'build'],
    start: [process.execPath, 'build'],
  },
  {
    name: 'nextjs',
    packages: [
      ...['next@^16.0.0', 'react@^19.0.0', 'react-dom@^19.0.0', 'typescript@^6.0.0'],
      ...['@types/node@^24.0.0', '@types/react@^19.0.0'],
    ],
    files: NEXT_FILES,
    build: ['next', 'build'],
    start: ['next', 'start'],
  },
];

describe.concurrent('the guide', { timeout: 400_000 }, () => {
  it.for(APPS)(
    'gives $name a video that plays',
    async ({ name, packages, files, build, start }, { onTestFinished }) => {
      const app = await freshApp(packages);
      onTestFinished(() => app.remove(), REMOVAL_MS);
      app.write({ ...files, ...documentedFiles(name) });
      if (build) await built(app, build);
      const url = await served(app, start, await sandboxSettings(app));

      expect((await fetch(url)).status).toBe(200);
      expect((await fetch(`${url}/api/videos`, { method: 'POST' })).status).toBe(202);
      const film = new URL(await readySource(url), url);

      const [record] = JSON.parse(readFileSync(join(app.folder, 'reelkeep/generated-videos.json'), 'utf8'));
      expect(record).toMatchObject({ status: 'ready', localPath: FILM });
      await expectToPlay(film, statSync(join(app.folder, FILM)).size);
      // What this project has in these folders belongs to the other app.
      for (const folder of ['static/videos', 'src/lib/data']) expect(existsSync(join(app.folder, folder))).toBe(false);
    },
  );
});

async function built(app: FreshApp, [program = '', ...words]: string[]): Promise<void> {
  const { code, stdout, stderr } = await app.run(program, words);
  expect(code, `${stdout}\n${stderr}`).toBe(0);
}

async function served(app: FreshApp, [program = '', ...words]: string[], env: Record<string, string>): Promise<string> {
  const port = String(await freePort());
  const server = app.start(program, words, { ...env, PORT: port, HOST: '127.0.0.1' });
  const log = outputOf(server);
  const url = `http://127.0.0.1:${port}`;
  await answering(url, server, log);
  return url;
}

function outputOf(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (text += String(data)));
  return () => text;
}

/** Listens to the app's events, as its page does, until they name the address of the finished video. */
async function readySource(url: string): Promise<string> {
  const { body } = await fetch(`${url}/api/videos/events`, { signal: AbortSignal.timeout(60_000) });
  if (!body) throw new Error('no events');
  let text = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const [, src] = /"src":"(\/videos\/eiffel-tower-1900\.mp4[^"]*)"/.exec(text) ?? [];
    if (src !== undefined) return src;
  }
  throw new Error(`The video did not become ready:\n${text}`);
}

async function expectToPlay(film: URL, sizeBytes: number): Promise<void> {
  const part = await fetch(film, { headers: { range: 'bytes=4-7' } });
  expect(part.status).toBe(206);
  expect(await part.text()).toBe('ftyp');
  const etag = part.headers.get('etag') ?? '';
  expect(part.headers.get('content-type')).toBe('video/mp4');
  expect(part.headers.get('content-range')).toBe(`bytes 4-7/${sizeBytes}`);
  // Next.js answers it without the Content-Length.
  expect((await fetch(film, { method: 'HEAD' })).headers.get('etag')).toBe(etag);
  expect((await fetch(film, { headers: { 'if-none-match': etag } })).status).toBe(304);
}
