import { describe, expect, it } from 'vitest';
import { networkFileSystemOf } from '#lib/stores/records/sqlite/network-file-system.server.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const MOUNTS = [
  '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
  '30 22 0:30 / /mnt/far rw,relatime shared:2 - fuse.sshfs me@host:/srv rw,user_id=0',
  '31 22 0:31 / /mnt/usb\\040stick rw,relatime - fuseblk /dev/sdb1 rw',
  '32 31 0:32 / /mnt/usb\\040stick/bucket rw,relatime master:3 - fuse.s3fs s3fs rw',
  '',
].join('\n');
const FUSE = 0x65735546;
const realPath = (folder: string) => folder;
const linux = (type: number) => ({ typeOf: () => type, mounts: () => MOUNTS, realPath });

const MOUNTS_OF_MAC = [
  '/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)',
  'devfs on /dev (devfs, local, nobrowse)',
  '/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse, protect, root data)',
  'map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)',
  '//me@nas._smb._tcp.local/films on /Volumes/films (smbfs, nodev, nosuid, mounted by me)',
  'nas:/export/films on /Volumes/far on nas (nfs, nodev, nosuid, mounted by me)',
  'me@host:/srv on /Users/me/srv (macfuse, nodev, nosuid, synchronous, mounted by me)',
  '/dev/disk5s1 on /Volumes/USB (exfat, local, nodev, nosuid, noowners)',
  'afp_0TRxyz on /Volumes/old (afpfs, nodev, nosuid, mounted by me)',
  '',
].join('\n');
const mac = { typeOf: () => 26, mounts: () => MOUNTS_OF_MAC, realPath };

describe('the file system of a folder', () => {
  it('is that of this machine for a temporary folder', () => {
    expect(networkFileSystemOf(temporaryFolder())).toBeUndefined();
  });

  it.each([
    ['NFS', 0x6969],
    ['SMB', 0x517b],
    ['CIFS', 0xff534d42],
    ['CIFS', 0xff534d42 | 0],
    ['SMB', 0xfe534d42],
    ['9P', 0x01021997],
    [undefined, 0xef53],
    [undefined, 0x01021994],
  ])('is %s by the type %i', (name, type) => {
    expect(networkFileSystemOf('/data', linux(type), 'linux')).toBe(name);
  });

  it.each([
    ['/mnt/far/data', 'fuse.sshfs'],
    ['/mnt/far', 'fuse.sshfs'],
    ['/mnt/usb stick/data', undefined],
    ['/mnt/usb stick/bucket/data', 'fuse.s3fs'],
    ['/mnt/farther', 'ext4'],
  ])('in %s is %s where FUSE serves it', (folder, name) => {
    expect(networkFileSystemOf(folder, linux(FUSE), 'linux')).toBe(name);
  });

  it.each([
    ['/Users/me/data', undefined],
    ['/Users/me/srv/data', 'macfuse'],
    ['/Volumes/films', 'smbfs'],
    ['/Volumes/films/data', 'smbfs'],
    ['/Volumes/films of mine', undefined],
    ['/Volumes/far on nas/data', 'nfs'],
    ['/Volumes/old/data', 'afpfs'],
    ['/Volumes/USB/data', undefined],
  ])('on macOS in %s is %s', (folder, name) => {
    expect(networkFileSystemOf(folder, mac, 'darwin')).toBe(name);
  });

  it('is that of the folder to which a link leads, where FUSE serves it', () => {
    const linked = { ...linux(FUSE), realPath: () => '/mnt/usb stick/data' };
    expect(networkFileSystemOf('/home/link', linked, 'linux')).toBeUndefined();
  });

  it('on macOS is that of the folder to which a link leads', () => {
    const linked = { ...mac, realPath: () => '/Volumes/films/data' };
    expect(networkFileSystemOf('/Users/me/link', linked, 'darwin')).toBe('smbfs');
  });

  it('on macOS is not known where mount says nothing', () => {
    expect(networkFileSystemOf('/Volumes/films', { ...mac, mounts: () => '' }, 'darwin')).toBeUndefined();
  });

  it.each([
    ['C:\\data', 'C:\\data', undefined],
    ['C:\\data', '\\\\?\\C:\\data', undefined],
    ['R:\\data', '\\\\.\\RamDisk\\data', undefined],
    ['Z:\\data', '\\\\nas\\films\\data', 'a network share'],
    ['\\\\nas\\films', '\\\\nas\\films', 'a network share'],
    ['Z:\\data', '\\\\?\\UNC\\nas\\films\\data', 'a network share'],
  ])('on Windows in %s, which is %s, is %s', (folder, real, name) => {
    expect(networkFileSystemOf(folder, { ...mac, realPath: () => real }, 'win32')).toBe(name);
  });

  it('is not looked for on other systems', () => {
    expect(networkFileSystemOf('/Volumes/films', mac, 'freebsd')).toBeUndefined();
  });
});
