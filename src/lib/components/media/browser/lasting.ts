/** Whether this browser promises to keep what a page has stored: `unknown` where it does not say. */
export type Lasting = 'kept' | 'may-go' | 'unknown';

type Storage = Pick<StorageManager, 'persist' | 'persisted'>;

/** Asks the browser to keep what is stored here; it may ask its user, or decide by itself. */
export function askToLast(storage = storageOf()): Promise<Lasting> {
  return answer(storage && (() => storage.persist()));
}

export function doesLast(storage = storageOf()): Promise<Lasting> {
  return answer(storage && (() => storage.persisted()));
}

export function lastingWords(lasting: Lasting): string {
  if (lasting === 'kept') return 'This browser has agreed to keep its files until you delete them.';
  if (lasting === 'may-go') return 'This browser may delete its files when it needs the space.';
  return 'This browser does not say how long it keeps its files.';
}

async function answer(ask: (() => Promise<boolean>) | undefined): Promise<Lasting> {
  try {
    return ask ? ((await ask()) ? 'kept' : 'may-go') : 'unknown';
  } catch {
    return 'unknown';
  }
}

/** Absent on pages without HTTPS, but for those of this machine. */
function storageOf(): Storage | undefined {
  return 'storage' in navigator && typeof navigator.storage?.persist === 'function' ? navigator.storage : undefined;
}
