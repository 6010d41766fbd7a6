// One download by one of the JavaScript subjects, in a process of its own. Arguments: subject, url, file, copies.

import { createWriteStream } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';

// For every subject alike: else the first thing measured is how long V8 compiles it, and sources pay more than bundles.
enableCompileCache();

const [subject = '', url = '', path = '', copies = '1'] = process.argv.slice(2);

type Download = (to: string) => Promise<unknown>;

const SUBJECTS: Record<string, () => Promise<Download>> = {
  async reelkeep() {
    const [{ captureAsset }, { mp4 }] = await Promise.all([
      import('#lib/capture/capture.server.ts'),
      import('#lib/capture/formats/mp4.server.ts'),
    ]);
    return (to) => captureAsset({ url }, to, { format: mp4, allowPrivateNetwork: true, maxBytes: 2 ** 40 });
  },
  async fetch() {
    return async (to) => {
      const { body } = await fetch(url);
      if (!body) throw new Error('no body');
      await pipeline(body, createWriteStream(to));
    };
  },
  async got() {
    const { default: got } = await peer('got');
    return (to) => pipeline(got.stream(url), createWriteStream(to));
  },
  async 'nodejs-file-downloader'() {
    const { Downloader } = await peer('nodejs-file-downloader');
    return (to) =>
      new Downloader({ url, directory: dirname(to), fileName: basename(to), cloneFiles: false }).download();
  },
  async ipull() {
    const { downloadFile } = await peer('ipull');
    return async (to) => {
      const engine = await downloadFile({ url, directory: dirname(to), fileName: basename(to), cliProgress: false });
      await engine.download();
    };
  },
};

/** A peer's module is untyped here: it is installed by the benchmark, not by the project. */
async function peer(name: string) {
  const { default: importFrom } = await import(new URL('.peers/import.mjs', import.meta.url).href);
  return importFrom(name);
}

const make = SUBJECTS[subject];
if (!make) throw new Error(`unknown subject ${subject}`);
const download = await make();
await Promise.all(Array.from({ length: Number(copies) }, (_, copy) => download(copy === 0 ? path : `${path}.${copy}`)));
process.exit(0);
