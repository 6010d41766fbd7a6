export { isSurelyDead, processIdentity } from '#lib/base/process/process-identity.server.ts';
