import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * A name for this process that a later one can test for life: machine, process number, start time, and a random part.
 * The machine part has the host name, and Linux's machine id, boot id and pid namespace: two containers on one volume have
 * the same small process numbers and must not take each other for dead, nor must two machines of one name.
 */
export function processIdentity(): string {
  return `${machineId()}/${process.pid}/${startTicks(process.pid) ?? '-'}/${randomUUID()}`;
}

/** True only when the named process certainly no longer runs; a process of another machine is never certain. */
export function isSurelyDead(identity: string): boolean {
  const [machine, pidText, started] = identity.split('/');
  const pid = Number(pidText);
  if (isEarlierBoot(machine ?? '')) return true;
  if (machine !== machineId() || !Number.isInteger(pid) || pid <= 0) return false;
  if (!processExists(pid)) return true;
  // The number may have gone to a newer process since.
  const ticks = startTicks(pid);
  return ticks !== undefined && started !== '-' && ticks !== started;
}

/** Linux's number of the first pid namespace (`PROC_PID_INIT_INO`): the machine itself, not a container. */
const OUTSIDE_CONTAINERS = 'pid:[4026531836]';

/**
 * The same machine before its last start: nothing of that runs any more. A host name alone does not tell machines apart,
 * and containers may share the machine id of their image, so only the machine's own processes are judged.
 */
function isEarlierBoot(machine: string): boolean {
  const [host, installation, boot, namespace] = machine.split('+');
  const [ownHost, ownInstallation, ownBoot, ownNamespace] = machineId().split('+');
  const isSameMachine = host === ownHost && Boolean(installation) && installation === ownInstallation;
  const isOutside = namespace === OUTSIDE_CONTAINERS && ownNamespace === OUTSIDE_CONTAINERS;
  return isSameMachine && isOutside && Boolean(boot && ownBoot) && boot !== ownBoot;
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

let machine: string | undefined;
function machineId(): string {
  const parts = [hostname(), attempt(installationId), attempt(bootId), attempt(pidNamespace)];
  machine ??= parts
    .map((part) => part ?? '')
    .join('+')
    .replaceAll('/', '_');
  return machine;
}

/** Of one installed system, made at its first start. */
const installationId = () => readFileSync('/etc/machine-id', 'utf8').trim();
const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const pidNamespace = () => readlinkSync('/proc/self/ns/pid');

/** Start time in clock ticks since boot, from Linux's /proc; undefined elsewhere. A dead process not yet reaped counts as gone. */
function startTicks(pid: number): string | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The second field is the command in parentheses and may hold spaces, so count from the last ')'.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? 'zombie' : fields?.[19];
}

function attempt(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
