/** Of the address of a local file. */
export const MEDIA_SCHEME = 'reelkeep-media';
/**
 * The same for every project: browsers write hosts in small letters, and take numbers for IP addresses, so that an id would
 * not come back as it was.
 */
export const FILES_HOST = 'files';
export const FILES_AT = `${MEDIA_SCHEME}://${FILES_HOST}`;
