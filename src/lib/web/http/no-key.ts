/** How the app is tried without a key, exactly. */
export const SANDBOX_COMMAND = 'npm start -- --sandbox';

/** Said at the start of a server that can buy nothing. */
export const NO_KEY = `No DASHSCOPE_API_KEY is set, so nothing can be bought. To try everything for free: ${SANDBOX_COMMAND}`;
