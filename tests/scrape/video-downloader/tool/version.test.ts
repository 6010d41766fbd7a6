import { expect, it } from 'vitest';
import { isSafeVersion, optionsIn, versionIn } from '#lib/scrape/video-downloader/tool/version.ts';

it.each([
  ['2026.11.23\n', '2026.11.23'],
  ['2026.11.23.232345', '2026.11.23.232345'],
  ['nightly@2026.11.23', '2026.11.23'],
  ['youtube-dl 1.0', undefined],
  ['', undefined],
])('reads the version in %j', (output, version) => {
  expect(versionIn(output)).toBe(version);
});

it.each([
  ['2026.07.04', true],
  ['2026.07.04.1234', true],
  ['2027.01.01', true],
  ['2026.07.03.999999', false],
  ['2023.03.04', false],
])('of %s says whether its faults are known: %s', (version, isSafe) => {
  expect(isSafeVersion(version)).toBe(isSafe);
});

it('reads the options in a help text', () => {
  const help =
    '    -U, --update      Update\n    --no-plugin-dirs   Clear (default: --x-y)\n    -R, --retries RETRIES  n';
  expect([...optionsIn(help)]).toEqual(['--update', '--no-plugin-dirs', '--x-y', '--retries']);
});
