import type { ErrorCode } from '#lib/base/errors.ts';

// Of Electron's own types only what is used here, so that this needs no dependency on Electron.

/** What of Electron's `app` is used. */
export interface ElectronApp {
  getPath(name: 'userData'): string;
}

/** What of the `WebContents` of a page is used. */
export interface Page {
  on(event: 'destroyed' | 'render-process-gone' | 'did-navigate', listener: () => void): unknown;
}

export interface PageEvent {
  sender: Page;
}

/** What of Electron's `ipcMain` is used. */
export interface ElectronIpcMain {
  handle(channel: string, listener: (event: PageEvent, ...values: unknown[]) => unknown): void;
  removeHandler(channel: string): void;
}

/** What of Electron's `protocol` is used. */
export interface ElectronProtocol {
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void;
}

/** A saving that has failed. */
export interface NotSaved {
  success: false;
  /** What happened, and what to do. */
  error: string;
  code: ErrorCode;
  retryable: boolean;
  /** Where the video still is. */
  fallback: 'blob' | 'remote' | 'none';
}
