// Two slashes, or a slash and a backslash, start the name of another host; browsers ignore tabs and line breaks in between.
const OWN_PATH = /^\/(?!\/)[!-[\]-~]*$/;

/** A safe redirect target: the given path if it is on this server, else the start page. */
export function ownPath(from: string): string {
  return OWN_PATH.test(from) ? from : '/';
}
