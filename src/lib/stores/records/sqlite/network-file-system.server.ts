import { readFileSync, statfsSync } from 'node:fs';

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
  /** The text of /proc/self/mountinfo. */
  mounts(): string;
}

const SYSTEM: SystemCalls = {
  typeOf: (folder) => statfsSync(folder).type,
  mounts: () => readFileSync('/proc/self/mountinfo', 'utf8'),
};

/**
 * The name of the network file system on which this folder lies; undefined on a disk of this machine, or where that cannot
 * be found out (on other systems than Linux).
 */
export function networkFileSystemOf(folder: string, { typeOf, mounts }: SystemCalls = SYSTEM): string | undefined {
  if (process.platform !== 'linux') return undefined;
  // Some types are reported as negative numbers of 32 bits.
  const type = typeOf(folder) >>> 0;
  const name = NETWORK_TYPES.get(type);
  if (name !== undefined || type !== FUSE) return name;
  const mounted = mountTypeOf(folder, mounts());
  return mounted !== undefined && LOCAL_FUSE.has(mounted) ? undefined : (mounted ?? 'FUSE');
}

/** The type of the longest mount point above the folder. */
function mountTypeOf(folder: string, mounts: string): string | undefined {
  const above = mounts
    .split('\n')
    .map(mountOf)
    .filter((mount) => mount && isAbove(mount.point, folder));
  return above.sort((one, other) => (other?.point.length ?? 0) - (one?.point.length ?? 0))[0]?.type;
}

/** `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue` */
function mountOf(line: string): { point: string; type: string } | undefined {
  const [before = '', after = ''] = line.split(' - ');
  const point = before
    .split(' ')[4]
    ?.replace(/\\(\d{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  const type = after.split(' ')[0];
  return point && type ? { point, type } : undefined;
}

function isAbove(point: string, folder: string): boolean {
  return folder === point || folder.startsWith(point === '/' ? '/' : `${point}/`);
}
