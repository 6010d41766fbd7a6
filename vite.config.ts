import { readFileSync, writeFileSync } from 'node:fs';
import node from '@sveltejs/adapter-node';
import type { Adapter } from '@sveltejs/kit';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { loadSettingsFile } from './src/lib/web/server/settings-file.server.ts';

/**
 * Not the manifest, which differs with every build, nor what the entry loads first: it tells SvelteKit its own version, without
 * which a page that cannot be loaded would be taken for one of a newer build.
 */
const SHARED = {
  groups: [
    { name: 'start', priority: 2, test: /preload-helper|client.payload/ },
    { name: 'shared', priority: 1, minShareCount: 2, test: (id: string) => !id.includes('app-manifest') },
  ],
};

const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));

export default defineConfig(({ command }) => {
  // `npm start` and the scripts read .env themselves; the dev server does not give it to the library.
  if (command === 'serve' && !process.env.VITEST) loadSettingsFile(process.env);
  return {
    plugins: [
      sveltekit({
        adapter: nodeBehindFrontDoor(),
        // Distinct for every build, so that an open page notices a new one.
        version: { name: `${version}+${Date.now()}` },
        // A style sheet of its own would cost every first visit another round trip before anything is painted.
        inlineStyleThreshold: 32_768,
        // Not `static`: it holds the captured videos, and whatever lies among the assets is served by the dev server, and
        // copied and served by the build, past the rules of /videos/[file].
        files: { assets: 'static/site' },
        // The gate in src/hooks.server.ts is stricter, and knows which host the browser really called.
        csrf: { trustedOrigins: ['*'] },
        csp: {
          mode: 'auto',
          directives: {
            'default-src': ['none'],
            'script-src': ['self'],
            'style-src': ['self'],
            // Attributes only (a bar's width): they cannot load or run anything.
            'style-src-attr': ['unsafe-inline'],
            'img-src': ['self', 'data:'],
            // Files that the page itself has.
            'media-src': ['self', 'blob:'],
            'font-src': ['self'],
            'connect-src': ['self'],
            'manifest-src': ['self'],
            'form-action': ['self'],
            'base-uri': ['none'],
            'frame-ancestors': ['none'],
          },
        },
      }),
    ],
    // Built with the app, so that the entries of the build can import it.
    environments: {
      // What pages share is one file: as fifteen small ones, most of what a first visit waits for is their round trips.
      client: { build: { rolldownOptions: { output: { codeSplitting: SHARED } } } },
      ssr: { build: { rolldownOptions: { input: { 'front-door': 'src/lib/web/server/front-door.server.ts' } } } },
    },
    // The dev server would hand out these files of the project to whoever names them.
    server: {
      fs: {
        deny: [
          '.env',
          '.env.*',
          '*.{crt,pem}',
          '**/.git/**',
          '**/static/videos/**',
          '**/static/generated-videos/**',
          '**/sandbox-output/**',
          '**/generated-videos.json',
          '**/asset-downloads.json',
          '**/video-watches.json',
          '**/*.store.json',
        ],
      },
    },
  };
});

/** adapter-node, with both its entries (`node build`, and the handler that `npm start` serves) behind our front door. */
function nodeBehindFrontDoor(): Adapter {
  const adapter = node();
  return {
    ...adapter,
    async adapt(builder) {
      await adapter.adapt(builder);
      writeFileSync('build/handler.js', HANDLER);
      writeFileSync('build/ending.js', ENDING);
      writeFileSync('build/index.js', SERVER);
    },
  };
}

const HANDLER = `import { frontDoor } from './server/front-door.js';
import { handler as app } from './server/handler.js';
export const handler = frontDoor(app);
`;

// Before the adapter, which reads the variable when it is loaded, and by default lets go of open connections after 30 s: who
// stops a container kills it after 10. What is cut off then, a purchase on its way, is looked for at the next start.
const ENDING = `const given = Number.parseInt(process.env.SHUTDOWN_TIMEOUT ?? '', 10);
const seconds = Number.isNaN(given) ? 3 : given;
process.env.SHUTDOWN_TIMEOUT = String(seconds);
for (const signal of ['SIGTERM', 'SIGINT'])
  process.once(signal, () => setTimeout(() => process.exit(0), (seconds + 1.5) * 1000).unref());
`;

const SERVER = `import './ending.js';
import { server } from './server/adapter-index.js';
import { frontDoor } from './server/front-door.js';
const [app] = server.listeners('request');
server.off('request', app);
server.on('request', frontDoor(app));
// An upload may take hours; headers still have their minute.
server.requestTimeout = 0;
export * from './server/adapter-index.js';
`;
