declare global {
  namespace App {
    interface Locals {
      /** Names the request in answers and in the log. */
      requestId: string;
    }
    interface Error {
      /** The request id, under which the log has details. */
      id?: string;
      /** The browser got no answer: nothing is wrong but that. */
      isServerAway?: true;
    }
  }
}

export {};
