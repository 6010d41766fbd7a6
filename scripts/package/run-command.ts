import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { EXIT } from '../shared/options/exit-codes.ts';
import { COMMANDS } from './commands.ts';

const { version, description }: { version: string; description: string } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
);

const program = new Command('reelkeep')
  .description(description)
  .version(version)
  .helpOption('-h, --help', 'show this help')
  .helpCommand(false)
  .addHelpText('after', '\nOptions of a command: reelkeep <command> --help')
  .showHelpAfterError('All commands: reelkeep --help')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.ok : EXIT.usage));

for (const [name, { summary, run }] of Object.entries(COMMANDS)) {
  program
    .command(name)
    .summary(summary)
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async () => {
      process.argv.splice(2, 1);
      await run();
    });
}

await program.enablePositionalOptions().passThroughOptions().parseAsync();
