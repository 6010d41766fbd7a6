/**
 * A dispatcher of undici: an `Agent`, `ProxyAgent` or `MockAgent`. Public types say this in place of undici's own, which do
 * not compile in an app without Node's types, and differ between its versions.
 */
export interface HttpDispatcher {
  dispatch(options: never, handler: never): boolean;
  request(options: never): Promise<unknown>;
}
