import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync, statfsSync } from 'node:fs';

/** File systems whose locks do not reach other machines, by the type that Linux's statfs(2) reports. */
const NETWORK_TYPES = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9P'],
  [0x564c, 'NCP'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
]);
const FUSE = 0x65735546;
/** Disks of this machine that are served by FUSE. Any other one may be a network: sshfs, s3fs, gcsfuse, GlusterFS. */
const LOCAL_FUSE = new Set(['fuseblk', 'fuse.ntfs-3g', 'fuse.ntfs', 'fuse.exfat', 'fuse.bindfs', 'fuse.lxcfs']);

interface SystemCalls {
  typeOf(folder: string): number;
  /** The text of /proc/self/mountinfo; on macOS, what `mount` prints. */
  mounts(): string;
  /** Without links; on Windows, of a drive letter that stands for a share: the share. */
  realPath(folder: string): string;
}

type Finder = (folder: string, system: SystemCalls) => string | undefined;

const FINDERS: Partial<Record<NodeJS.Platform, Finder>> = { linux: onLinux, darwin: onMac, win32: onWindows };

const SYSTEM: SystemCalls = {
  typeOf: (folder) => statfsSync(folder).type,
  mounts: () => (process.platform === 'darwin' ? mountsOfMac() : readFileSync('/proc/self/mountinfo', 'utf8')),
  realPath,
};

/**
 * The name of the network file system on which this folder lies; undefined on a disk of this machine, or where that cannot
 * be found out.
 */
export function networkFileSystemOf(
  folder: string,
  system: SystemCalls = SYSTEM,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  return FINDERS[platform]?.(folder, system);
}

function onLinux(folder: string, { typeOf, mounts, realPath: real }: SystemCalls): string | undefined {
  // Some types are reported as negative numbers of 32 bits.
  const type = typeOf(folder) >>> 0;
  const name = NETWORK_TYPES.get(type);
  if (name !== undefined || type !== FUSE) return name;
  const mounted = mountAbove(real(folder), mounts().split('\n').map(mountOf))?.type;
  return mounted !== undefined && LOCAL_FUSE.has(mounted) ? undefined : (mounted ?? 'FUSE');
}

/** Every disk of this machine has the flag `local`, and FUSE has it only where it says so. */
function onMac(folder: string, { mounts, realPath: real }: SystemCalls): string | undefined {
  const mount = mountAbove(real(folder), mounts().split('\n').map(mountOfMac));
  return mount?.flags.includes('local') ? undefined : mount?.type;
}

function onWindows(folder: string, { realPath: real }: SystemCalls): string | undefined {
  // `\\?\C:\…` and `\\.\…` are of this machine.
  return /^\\\\(\?\\UNC\\|[^?.\\])/i.test(real(folder)) ? 'a network share' : undefined;
}

function realPath(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    // Some drivers of Windows cannot say it.
    return folder;
  }
}

function mountsOfMac(): string {
  try {
    return execFileSync('/sbin/mount', { encoding: 'utf8', timeout: 5000, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

interface Mount {
  point: string;
  type: string;
  flags: string[];
}

/** That of the longest mount point above the folder. */
function mountAbove(folder: string, mounts: ReadonlyArray<Mount | undefined>): Mount | undefined {
  const above = mounts.filter((mount) => mount !== undefined).filter(({ point }) => isAbove(point, folder));
  return above.sort((one, other) => other.point.length - one.point.length)[0];
}

/** `//me@nas/films on /Volumes/films (smbfs, nodev, nosuid, mounted by me)` */
function mountOfMac(line: string): Mount | undefined {
  const [, point, inside] = /^.+? on (\/.*) \(([^()]*)\)$/.exec(line) ?? [];
  const [type, ...flags] = inside?.split(', ') ?? [];
  return point && type ? { point, type, flags } : undefined;
}

/** `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue` */
function mountOf(line: string): Mount | undefined {
  const [before = '', after = ''] = line.split(' - ');
  const point = before
    .split(' ')[4]
    ?.replace(/\\(\d{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  const type = after.split(' ')[0];
  return point && type ? { point, type, flags: [] } : undefined;
}

function isAbove(point: string, folder: string): boolean {
  return folder === point || folder.startsWith(point === '/' ? '/' : `${point}/`);
}
