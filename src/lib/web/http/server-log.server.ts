import { currentSecrets, redactValue } from './redact-value.server.ts';

/** Where a server reports what happens in the background. `console` fits, and so does a logger of pino. */
export interface ServerLog {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

const ignore = () => {};

export const SILENT_LOG: ServerLog = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** The same log, which gets everything without secrets. */
export function redactedLog(log: ServerLog): ServerLog {
  const write = (level: keyof ServerLog) => (facts: object, message: string) =>
    log[level](Object(redactValue(facts, currentSecrets())), message);
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
