import { existsSync, readFileSync } from 'node:fs';
import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));

export default defineConfig(({ command }) => {
  // `npm start` and the scripts read .env themselves; the dev server does not give it to the library.
  if (command === 'serve' && !process.env.VITEST && existsSync('.env')) process.loadEnvFile('.env');
  return {
    plugins: [
      sveltekit({
        adapter: adapter(),
        // Distinct for every build, so that an open page notices a new one.
        version: { name: `${version}+${Date.now()}` },
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
            'media-src': ['self'],
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
    // The dev server would hand out these files of the project to whoever names them.
    server: {
      fs: {
        deny: [
          '.env',
          '.env.*',
          '*.{crt,pem}',
          '**/.git/**',
          '**/static/videos/**',
          '**/sandbox-output/**',
          '**/generated-videos.json',
        ],
      },
    },
  };
});
