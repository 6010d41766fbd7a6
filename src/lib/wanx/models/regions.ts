/** Where Wan is served. Key, host and model must be of one region. */
export const REGIONS = ['beijing', 'singapore', 'us', 'frankfurt', 'tokyo', 'hongkong'] as const;
export type Region = (typeof REGIONS)[number];
