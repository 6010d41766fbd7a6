declare global {
  namespace App {
    interface Locals {
      /** Names the request in answers and in the log. */
      requestId: string;
    }
    interface Error {
      /** The request id, where the log says more. */
      id?: string;
      /** The browser got no answer: nothing is wrong but that. */
      isServerAway?: true;
    }
  }
}

export {};
