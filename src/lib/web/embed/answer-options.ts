import type { Listener } from '#lib/web/events/answer.server.ts';

export interface AnswerOptions {
  /**
   * Identifies the client, such as its address: no single one may then take all the places that there are for films being
   * sent, or for listeners. Without it only their total is limited.
   */
  client?: string | undefined;
  /** Named in the log, and in the body of an error. */
  requestId?: string | undefined;
}

export interface VideoEventsOptions extends AnswerOptions, Partial<Omit<Listener, 'client'>> {}
