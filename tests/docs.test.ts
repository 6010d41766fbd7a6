import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '#lib/base/errors.ts';
import { SETTING_NAMES } from '#lib/config.ts';

const root = resolve(import.meta.dirname, '..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const pages = ['README.md', 'ARCHITECTURE.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith('.md'),
);
const inTables = (name: string, page: string) =>
  new RegExp(`^\\|[^|]*\`${name}(?![\\w-])[^|]*\\|`, 'm').test(read(page));

/** The anchors that a page offers, as GitHub makes them of its headings. */
function anchorsOf(page: string): string[] {
  const headings = [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the pages for users', () => {
  it.each(pages)('%s links to nothing that is missing', (page) => {
    const text = read(page).replaceAll(/^```.*?^```/gms, '');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(
      ([, one, other]) => one ?? other ?? '',
    );
    const missing = links.filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
    });
    expect(missing).toEqual([]);
  });

  it('have every setting, error code and command in a table', () => {
    expect(SETTING_NAMES.filter((name) => !inTables(name, 'docs/settings.md'))).toEqual([]);
    expect(ERROR_CODES.filter((code) => !inTables(code, 'docs/errors.md'))).toEqual([]);
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
    const commands = Object.keys(scripts).filter(
      (name) => existsSync(join(root, `scripts/${name}.ts`)) && name !== 'start',
    );
    expect(commands.length).toBeGreaterThan(8);
    expect(commands.filter((name) => !inTables(`npm run ${name}`, 'docs/command-line.md'))).toEqual([]);
  });

  it('are all to be found from the README', () => {
    const linked = pages.filter((page) => read('README.md').includes(`](${page})`));
    expect(pages.filter((page) => page !== 'README.md' && !linked.includes(page))).toEqual([]);
  });
});
