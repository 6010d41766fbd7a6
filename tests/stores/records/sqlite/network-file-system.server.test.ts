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
    expect(networkFileSystemOf('/data', { typeOf: () => type, mounts: () => MOUNTS })).toBe(name);
  });

  it.each([
    ['/mnt/far/data', 'fuse.sshfs'],
    ['/mnt/far', 'fuse.sshfs'],
    ['/mnt/usb stick/data', undefined],
    ['/mnt/usb stick/bucket/data', 'fuse.s3fs'],
    ['/mnt/farther', 'ext4'],
  ])('in %s is %s where FUSE serves it', (folder, name) => {
    expect(networkFileSystemOf(folder, { typeOf: () => FUSE, mounts: () => MOUNTS })).toBe(name);
  });
});
