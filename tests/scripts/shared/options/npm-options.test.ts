import { Command } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { refuseSwallowed } from '../../../../scripts/shared/options/npm-options.ts';

/** What the command says to these variables and words; undefined when it takes them. */
function refusal(environment: Record<string, string>, given: string[] = []): string | undefined {
  const command = new Command('npm run generate --')
    .option('--sandbox')
    .option('--model <id>')
    .option('--no-audio')
    .option('--shot-type <type>')
    .option('--force')
    .option('--json')
    .option('--yes')
    .option('--dry-run')
    .option('--all')
    .option('--image <file>')
    .option('--limit <number>')
    .option('--state <file>')
    .option('--versions <number>')
    .configureOutput({ writeErr: () => {} })
    .exitOverride();
  try {
    refuseSwallowed(command, environment, given);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ exitCode: 2 });
    return String(error);
  }
}

describe('refuseSwallowed', () => {
  it.each<[Record<string, string>, string[], string]>([
    [{ npm_config_sandbox: 'true' }, ['eiffel-tower', '1900'], 'npm run generate -- eiffel-tower 1900 --sandbox'],
    [{ npm_config_sandbox: '' }, [], '--no-sandbox'],
    [{ npm_config_audio: '' }, [], '--no-audio'],
    [{ npm_config_model: 'true' }, ['a', 'b', 'wan2.6-t2v'], '--model'],
    [{ npm_config_shot_type: 'multi' }, [], '--shot-type=multi'],
    [{ NPM_CONFIG_SANDBOX: 'true' }, [], '--sandbox'],
    [{ npm_config_force: 'true' }, [], '--force'],
    [{ npm_config_dry_run: 'true' }, ['--yes'], '--dry-run'],
    [{ npm_config_yes: 'true', npm_config_json: 'true' }, ['--json'], '--yes'],
    [{ npm_config_sandbox: 'true' }, ['--sandbox'], '--sandbox'],
    [{ npm_config_sandbx: 'true' }, [], '--sandbx'],
    [{ npm_config_modle: 'true' }, [], '--modle'],
  ])('refuses %j with %j', (environment, given, advice) => {
    expect(refusal(environment, given)).toContain(advice);
  });

  it.each<[Record<string, string>, string[]]>([
    [{}, ['--sandbox']],
    [{ npm_config_force: 'true', npm_config_yes: 'true' }, ['--force', '--yes']],
    [{ npm_config_all: 'true' }, ['--all']],
    [{ npm_config_yes: '', npm_config_json: '' }, []],
    [{ npm_config_audit: '', npm_config_loglevel: 'silent', npm_config_registry: 'x', npm_config_save: '' }, []],
    // Of an image of Docker without development tools, and others of npm's own that are named much like ours.
    [{ npm_config_omit: 'dev', npm_config_version: '', npm_config_usage: '', npm_config_sbom_type: 'library' }, []],
    [{ npm_package_sandbox: 'true', sandbox: 'true' }, []],
  ])('takes %j with %j', (environment, given) => {
    expect(refusal(environment, given)).toBeUndefined();
  });
});

it.each([
  [{ npm_config_dry_run: 'true' }, /^CommanderError: error: this command has no --dry-run/],
  [{ npm_config_dry_run: 'true', npm_config_sandbox: 'true' }, /npm kept --dry-run, --sandbox for itself/],
  [{ npm_config_dry_run: '' }, /^undefined$/],
  [{ npm_config_yes: 'true', npm_config_force: 'true' }, /^undefined$/],
])('a command without --dry-run does nothing at all with it: %j', (environment, said) => {
  const command = new Command('npm run cancel --').option('--sandbox').configureOutput({ writeErr: () => {} });
  let error: unknown;
  try {
    refuseSwallowed(command.exitOverride(), environment, []);
  } catch (thrown) {
    error = thrown;
  }
  expect(String(error)).toMatch(said);
});
