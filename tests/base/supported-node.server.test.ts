import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assertSupportedNode, OLDEST_NODE } from '#lib/base/supported-node.server.ts';

describe('the oldest Node', () => {
  it.each(['18.20.8', '20.19.5', '22.9.0', '22.18.0'])('%s is refused with what is needed', (version) => {
    expect(() => assertSupportedNode(version)).toThrow(
      `needs Node ${OLDEST_NODE} or later, and this is Node ${version}`,
    );
  });

  it.each(['22.19.0', '22.22.2', '24.0.0', '100.1.0'])('%s is fine', (version) => {
    expect(() => assertSupportedNode(version)).not.toThrow();
  });

  it('is the same for npm, for the commands and for the library', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(engines.node).toBe(`>=${OLDEST_NODE}`);
    expect(readFileSync('scripts/shared/require-node.js', 'utf8')).toContain(`OLDEST_NODE = '${OLDEST_NODE}';`);
  });
});
