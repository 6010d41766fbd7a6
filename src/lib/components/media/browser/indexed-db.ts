import type { FileShelf, KeptFile } from './file-shelf.ts';

const NAME = 'reelkeep-media';
const VERSION = 1;
// Apart, so that a list of what is here does not read the files.
const ENTRIES = 'entries';
const BODIES = 'bodies';

/** The files of this browser, in IndexedDB: every browser has it, also those that cannot write to its file system. */
export function indexedDbShelf(): FileShelf {
  let opened: Promise<IDBDatabase> | undefined;
  const database = () => {
    opened ??= open();
    // Whoever comes next tries again.
    opened.catch(() => {
      opened = undefined;
    });
    return opened;
  };
  const change = async (act: (transaction: IDBTransaction) => void) =>
    done((await database()).transaction([ENTRIES, BODIES], 'readwrite', { durability: 'strict' }), act);
  return {
    put: (entry, body) =>
      change((transaction) => {
        transaction.objectStore(ENTRIES).put(entry, entry.id);
        transaction.objectStore(BODIES).put(body, entry.id);
      }),
    remove: (id) =>
      change((transaction) => {
        transaction.objectStore(ENTRIES).delete(id);
        transaction.objectStore(BODIES).delete(id);
      }),
    entries: async () => answerOf<KeptFile[]>((await database()).transaction(ENTRIES).objectStore(ENTRIES).getAll()),
    body: async (id) =>
      answerOf<Blob | ArrayBuffer | undefined>((await database()).transaction(BODIES).objectStore(BODIES).get(id)),
  };
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(ENTRIES);
    request.result.createObjectStore(BODIES);
  };
  const database = await answerOf(request);
  // Another tab has a newer page: it must not wait for this one.
  database.onversionchange = () => database.close();
  return database;
}

/** Resolves once it is on disk, as far as a browser says so. */
function done(transaction: IDBTransaction, act: (transaction: IDBTransaction) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('The browser has aborted it.'));
    act(transaction);
  });
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
