import { isLoopback } from './loopback.ts';

/** This machine, or an address or name that only exists in a network of one's own. */
export function isPrivateName(hostname: string): boolean {
  return (
    isLoopback(hostname) ||
    /^(10|192\.168|172\.(1[6-9]|2\d|3[01]))\.[\d.]+$/.test(hostname) ||
    // One without a dot, as in networks of containers, or of a zone that no public server can have.
    /^[a-z0-9_-]+$/i.test(hostname) ||
    /\.(local|internal|lan|home\.arpa)$/i.test(hostname)
  );
}
