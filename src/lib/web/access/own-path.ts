// Two slashes, or one and a backslash, begin the name of another host; browsers drop tabs and line breaks on the way there.
const OWN_PATH = /^\/(?!\/)[!-[\]-~]*$/;

/** Where to send a visitor who says where they came from: a path of this server, else its first page. */
export function ownPath(from: string): string {
  return OWN_PATH.test(from) ? from : '/';
}
