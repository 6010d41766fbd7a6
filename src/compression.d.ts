// What is used of it, for a server without Express; the types that there are need all of Express.
declare module 'compression' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  type Filter = (request: IncomingMessage, response: ServerResponse) => boolean;
  function compression(options: {
    filter: Filter;
  }): (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
  namespace compression {
    /** Whether the content type is one that shrinks. */
    const filter: Filter;
  }
  export default compression;
}
