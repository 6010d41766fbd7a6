/** The command to try the app without a key. */
export const SANDBOX_COMMAND = 'npm start -- --sandbox';

/** Printed when a server starts without a key. */
export const NO_KEY = `No DASHSCOPE_API_KEY is set, so nothing can be bought. To try everything for free: ${SANDBOX_COMMAND}`;
