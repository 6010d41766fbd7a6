import { describe, expect, it } from 'vitest';
import { paidProject } from '../fixtures/processes/script.ts';

const GIZA = ['giza/old-kingdom', 'giza/1880', 'giza/today'];

describe.concurrent('npm run seed', () => {
  it('shows the whole cost and buys nothing on a dry run, or where nobody can be asked', async () => {
    const { project, provider } = await paidProject();
    const dry = await project.run('seed', '--spot', 'giza', '--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain(`To buy: 3 (${GIZA.join(', ')})`);
    expect(dry.stdout).toMatch(/Estimated cost: about \$1\.50 \(3 × \$0\.50: /);

    const real = await project.run('seed', '--spot', 'giza');
    expect(real.code).toBe(2);
    expect(real.stderr).toContain('--yes');
    expect(provider.submissions()).toEqual([]);
  });

  it('never shows an unknown price as none', async () => {
    const { project } = await paidProject();
    const { stdout } = await project.run('seed', '--spot', 'giza', '--dry-run', '--model', 'wan2.1-t2v-turbo');
    expect(stdout).toMatch(/Estimated cost: (price unknown|about \$0\.\d*[1-9])/);
  });

  it('makes the others when one fails, and says which one did', async () => {
    const { project, provider } = await paidProject();
    provider.script({ fault: 'moderation', match: { prompt: /1880/ } });
    const { code, stdout, stderr } = await project.run('seed', '--spot', 'giza', '--yes');

    expect(code).toBe(4);
    expect(stdout).toContain('2 videos ready, 1 failed (giza/1880).');
    expect(stderr).toMatch(/^giza\/1880: .+/m);
    expect(project.records().map(({ eraId, status }) => `${eraId} ${status}`)).toEqual(
      expect.arrayContaining(['old-kingdom ready', '1880 failed', 'today ready']),
    );

    const again = await project.run('seed', '--spot', 'giza', '--yes', '--json');
    expect(again.json[0]).toMatchObject({ type: 'plan', buy: ['giza/1880'], estimateUsd: 0.5 });
    expect(again.code).toBe(0);
    expect(provider.counts().accepted).toBe(4);
  });

  it('does not run on into a key that is refused', async () => {
    const { project, provider } = await paidProject();
    provider.script({ fault: 'refuse-401', on: 'submit', times: 'always' });
    const { code, json } = await project.run('seed', '--spot', 'giza', '--yes', '--concurrency', '1', '--json');

    expect(code).toBe(3);
    expect(json.at(-1)).toMatchObject({ type: 'summary', ready: 0, failed: ['giza/old-kingdom'], notBegun: 2 });
  });
});
