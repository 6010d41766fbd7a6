export type Edition = 'app' | 'package';

/** Where this code runs: in this project, or in another app as the npm package. `npm run package` writes 'package' here. */
export const EDITION: Edition = 'app';
