import { Command } from '@commander-js/extra-typings';
import { distance } from 'fastest-levenshtein';

/** Options of ours that npm has too: an .npmrc can set them, so they may be present without having been typed. */
const SHARED_WITH_NPM = new Set(['all', 'dry-run', 'force', 'json', 'yes']);
/** Who gives this wants nothing to be done, also by a command that does not have it. */
const DRY_RUN = 'dry-run';
/** npm's own settings with names similar to our options. */
const NPM_OWN = new Set(['audit', 'omit', 'save', 'sbom-type', 'sso-type', 'usage', 'version']);

/** A command started by `npm run`: options that npm kept for itself are a usage error, never silently ignored. */
export class NpmCommand extends Command {
  override parse(...given: Parameters<Command['parse']>): this {
    refuseSwallowed(this, process.env, process.argv.slice(2));
    return super.parse(...given);
  }
}

/** The parts of a command that this check needs. */
type Named = Pick<Command, 'options' | 'error' | 'name'>;

/**
 * Rejects with exit code 2 options that npm kept for itself: `npm run generate a b --sandbox` without `--` starts the command
 * without its option, and real money would be spent. npm passes such options on as `npm_config_*`.
 * @param environment of the process
 * @param given the words that reached the command
 */
export function refuseSwallowed(
  command: Named,
  environment: Record<string, string | undefined>,
  given: readonly string[],
): void {
  const names = command.options.map(({ long }) => (long ?? '').replace(/^--(no-)?/, ''));
  const swallowed = Object.entries(environment).flatMap(([variable, value]) => {
    const name = /^npm_config_(.+)$/i.exec(variable)?.[1]?.toLowerCase().replaceAll('_', '-');
    return name !== undefined && value !== undefined && isSwallowed(name, value, names, given) ? [{ name, value }] : [];
  });
  if (swallowed.length === 0) return;
  if (swallowed.every(({ name }) => name === DRY_RUN) && !names.includes(DRY_RUN)) {
    command.error('error: this command has no --dry-run, which npm kept for itself, so nothing was done.', {
      exitCode: 2,
    });
  }
  const list = swallowed.map(({ name }) => `--${name}`).join(', ');
  const words = [...given, ...swallowed.map(({ name, value }) => asTyped(name, value))].join(' ');
  command.error(
    `error: npm kept ${list} for itself, so nothing was done. Put options after "--": ${command.name()} ${words}`,
    { exitCode: 2 },
  );
}

function isSwallowed(name: string, value: string, names: readonly string[], given: readonly string[]): boolean {
  if (SHARED_WITH_NPM.has(name)) {
    const isKnown = names.includes(name) || name === DRY_RUN;
    return isKnown && value !== '' && value !== 'false' && !isGiven(name, given);
  }
  return names.includes(name) || isTypingMistake(name, names);
}

function isGiven(name: string, given: readonly string[]): boolean {
  return given.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
}

/** An option that npm took and that resembles one of ours: after `--` it would be rejected as unknown. */
function isTypingMistake(name: string, names: readonly string[]): boolean {
  if (NPM_OWN.has(name)) return false;
  return names.some((one) => one.length >= 4 && distance(name, one) <= (one.length >= 5 ? 2 : 1));
}

/** npm keeps a value only after `=`; with `--name value` it leaves the value among the words. */
function asTyped(name: string, value: string): string {
  if (value === '' || value === 'false') return `--no-${name}`;
  return value === 'true' ? `--${name}` : `--${name}=${value}`;
}
