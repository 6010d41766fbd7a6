import pino, { type Logger } from 'pino';
import { readSettings } from '#lib/config.ts';
import { currentSecrets, redactValue } from './redact-value.server.ts';

/** A logger that writes one JSON object per line, without secrets. */
export function createLog(level: string, secrets: () => string[], destination?: { write(line: string): void }): Logger {
  const clean = (value: unknown) => redactValue(value, secrets());
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        logMethod(given, method) {
          const [first, ...rest] = given.map(clean);
          method.apply(this, [first, ...rest] as Parameters<typeof method>);
        },
      },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}

let shared: Logger | undefined;

/** The log of the server. Created at first use: the settings may come from a file that is read at start-up. */
export function serverLog(): Logger {
  shared ??= createLog(levelOf(), currentSecrets);
  return shared;
}

function levelOf(): string {
  try {
    return readSettings().logLevel ?? 'info';
  } catch {
    return 'info';
  }
}
