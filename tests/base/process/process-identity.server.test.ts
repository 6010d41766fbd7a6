import { describe, expect, it } from 'vitest';
import { isSurelyDead, processIdentity } from '#lib/base/process/process-identity.server.ts';
import { Child } from '../../fixtures/processes/child.ts';

type Parts = { host: string; installation: string; boot: string; namespace: string };

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

  it.each<[string, (parts: Parts) => Partial<Parts>, boolean]>([
    ['an earlier boot of this machine', () => ({ boot: 'earlier' }), true],
    ['another machine of the same name', () => ({ boot: 'other', installation: 'other' }), false],
    ['one of the same name whose machine id is not known', () => ({ boot: 'other', installation: '' }), false],
    ['one of another name with the same image', () => ({ boot: 'other', host: 'another-host' }), false],
    ['a container on this machine', () => ({ namespace: 'pid:[4026532000]' }), false],
    [
      'a container of the same name on another machine',
      () => ({ boot: 'other', namespace: 'pid:[4026532000]' }),
      false,
    ],
    ['this boot', () => ({}), false],
  ])('of a process of %s', (_name, change, expected) => {
    const [machine = '', ...rest] = processIdentity().split('/');
    const [host = '', installation = '', boot = '', namespace = ''] = machine.split('+');
    // Only Linux names its boots, and only outside a container are they judged.
    if (namespace !== 'pid:[4026531836]' || installation === '') return;
    const own = { host, installation, boot, namespace };
    const named = { ...own, ...change(own) };
    const identity = [[named.host, named.installation, named.boot, named.namespace].join('+'), ...rest].join('/');
    expect(isSurelyDead(identity)).toBe(expected);
  });

  it.each(['other-machine/1/2/x', '', 'nonsense', 'a/b/c/d'])('is never certain of %j', (identity) => {
    expect(isSurelyDead(identity)).toBe(false);
  });
});
