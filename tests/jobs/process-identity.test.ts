import { describe, expect, it } from 'vitest';
import { isSurelyDead, processIdentity } from '#lib/jobs/process-identity.server.ts';
import { Child } from '../fixtures/child.ts';

describe('isSurelyDead', () => {
  it('knows a living process, and the same one after SIGKILL', async () => {
    const child = new Child('identity.ts', []);
    const identity = await child.line();
    if (identity === undefined) throw new Error('no identity');
    expect(isSurelyDead(identity)).toBe(false);
    child.signal('SIGKILL');
    await child.exit;
    expect(isSurelyDead(identity)).toBe(true);
  });

  it('takes this process for alive, and two names of it for different owners', () => {
    expect(isSurelyDead(processIdentity())).toBe(false);
    expect(processIdentity()).not.toBe(processIdentity());
  });

  it('sees that the number has gone to a newer process', () => {
    const [machine, pid, , random] = processIdentity().split('/');
    if (process.platform !== 'linux') return;
    expect(isSurelyDead([machine, pid, '1', random].join('/'))).toBe(true);
  });

  it('knows that nothing of an earlier boot runs any more, of this host only', () => {
    const [machine = '', pid, started, random] = processIdentity().split('/');
    const [host, boot, namespace] = machine.split('+');
    // Only Linux names its boots.
    if (namespace === undefined) return;
    const named = (parts: Array<string | undefined>) => [parts.join('+'), pid, started, random].join('/');
    expect(isSurelyDead(named([host, 'an-earlier-one', namespace]))).toBe(true);
    expect(isSurelyDead(named(['another-host', 'an-earlier-one', namespace]))).toBe(false);
    expect(isSurelyDead(named([host, boot, 'another-container']))).toBe(false);
  });

  it.each(['other-machine/1/2/x', '', 'nonsense', 'a/b/c/d'])('is never certain of %j', (identity) => {
    expect(isSurelyDead(identity)).toBe(false);
  });
});
