import type { CommanderError } from '@commander-js/extra-typings';
import { commandLine, EDITION } from '#lib/base/command-line.ts';
import { isReelError, messageOf } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import { stopVideos } from '#lib/wanx/index.ts';
import { loadSettingsFile } from '#lib/web/server/settings-file.server.ts';
import { type Interruption, listenForInterruption } from '../interruption.ts';
import { type SandboxTuning, type SandboxUse, useSandbox, useSandboxFolder } from '../sandbox.ts';
import { Output } from '../views/output.ts';
import { EXIT, EXIT_CODES_HELP, type ExitCode, exitCodeOf } from './exit-codes.ts';
import { NpmCommand } from './npm-options.ts';

export { numberBetween } from './number-option.ts';

/** What a command gets to work with. */
export interface Context {
  output: Output;
  signal: AbortSignal;
  isInterrupted: () => boolean;
  isSandbox: boolean;
  sandbox: SandboxUse | undefined;
  /** The command line for the next step, with `--sandbox` if this command had it. */
  npmRun: (command: string, words?: string) => string;
}

export interface CommandOptions {
  json?: true | undefined;
  sandbox?: true | undefined;
}

/** What a command needs of the sandbox: `server` talks to it, `folder` only reads its files. */
export type SandboxNeed = 'server' | 'folder';

/** A command with the common options; a usage error ends it with code 2. */
export function newCommand(name: string, description: string) {
  return new NpmCommand(commandLine(name, ''))
    .description(description)
    .helpOption('-h, --help', 'show this help')
    .option('--sandbox', 'use the local sandbox: no key, no cost; its output is in sandbox-output/')
    .option(
      '--json',
      `print one JSON object per line on standard output${EDITION === 'app' ? ' (use npm run -s)' : ''}`,
    )
    .addHelpText('after', `\n${EXIT_CODES_HELP}`)
    .showHelpAfterError(`Help: ${commandLine(name, '--help')}`)
    .exitOverride(endOfParsing);
}

/** Commander has already printed the error for people; with --json it is also reported as JSON, like any other error. */
function endOfParsing({ exitCode, message }: CommanderError): never {
  if (exitCode === 0) process.exit(EXIT.ok);
  const [json, isSandbox] = ['--json', '--sandbox'].map((option) => process.argv.includes(option));
  const error = message.replace(/^error: /, '');
  new Output({ json, isSandbox: isSandbox === true }).event('error', {
    code: 'invalid-input',
    error,
    retryable: false,
  });
  process.exit(EXIT.usage);
}

/**
 * Runs a command and sets its exit code: settings from `.env`, sandbox, Ctrl-C, and errors as sentences on standard error.
 */
export async function runCommand(
  options: CommandOptions,
  work: (context: Context) => Promise<ExitCode>,
  { need = 'server', tuning }: { need?: SandboxNeed; tuning?: SandboxTuning } = {},
): Promise<void> {
  ignoreClosedPipes();
  const output = new Output({ json: options.json, isSandbox: options.sandbox === true });
  const interruption = listenForInterruption(
    () => output.say('Stopping cleanly. Press Ctrl-C again to exit at once.', 'dim'),
    () => output.closeView(),
  );
  let sandbox: SandboxUse | undefined;
  try {
    loadSettingsFile(process.env);
    if (options.sandbox && need === 'server') sandbox = await useSandbox(tuning);
    else if (options.sandbox) useSandboxFolder();
    process.exitCode = await work(contextOf(options, output, interruption, sandbox));
  } catch (error) {
    process.exitCode = reportError(error, output, interruption);
  } finally {
    output.closeView();
    await stopVideos();
    await sandbox?.close();
    interruption.stopListening();
  }
}

function contextOf(
  options: CommandOptions,
  output: Output,
  interruption: Interruption,
  sandbox: SandboxUse | undefined,
): Context {
  const isSandbox = options.sandbox === true;
  return {
    output,
    signal: interruption.signal,
    isInterrupted: interruption.isInterrupted,
    isSandbox,
    sandbox,
    npmRun: (command, words = '') => {
      const rest = [words, isSandbox ? '--sandbox' : ''].filter((part) => part !== '').join(' ');
      return commandLine(command, rest || undefined);
    },
  };
}

/** Prints what happened; a stack trace only for unexpected errors. */
export function reportError(
  error: unknown,
  output: Output,
  interruption: Pick<Interruption, 'isInterrupted'>,
): ExitCode {
  output.closeView();
  if (interruption.isInterrupted()) return EXIT.interrupted;
  if (!isReelError(error)) {
    output.error(`Unexpected error, probably a bug in Reelkeep: ${redactText(messageOf(error))}`);
    if (error instanceof Error && error.stack !== undefined) output.error(redactText(error.stack));
    output.event('error', { code: 'unexpected', error: redactText(messageOf(error)) });
    return EXIT.failed;
  }
  const { code, taskId, retryable } = error;
  const message = redactText(error.message);
  output.error(message);
  output.event('error', { code, error: message, retryable, ...(taskId !== undefined && { taskId }) });
  return exitCodeOf(code);
}

/** `… | head` closes the pipe; paid work must continue. */
function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
