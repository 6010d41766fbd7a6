import type { RunSettings } from '#lib/wanx/run/settings.ts';

/** One difference from the records. */
export interface AuditFinding {
  kind:
    | 'file-missing'
    /** With the whole folder: a disk that is not mounted, or a wrong setting. */
    | 'folder-missing'
    | 'size-differs'
    | 'hash-differs'
    | 'not-a-video'
    /** In its place is a symbolic link: the app serves none. */
    | 'link'
    | 'unreadable'
    | 'unknown-file'
    /** Of a film on record: it takes no space, and goes without a loss. */
    | 'second-name'
    | 'stale-part';
  /** `spotId/eraId`, where a record is concerned. */
  key?: string;
  /** Of a former or deleted film. */
  version?: number;
  /** The file, absolute. */
  path?: string;
  detail: string;
  /** What `repair` did about it. */
  repair?: 'fetched' | 'copied' | 'removed' | 'left';
}

/** A whole video that was captured for a task without a record. */
export interface AuditedOrphan {
  taskId: string;
  /** Absolute. */
  path: string;
  sizeBytes: number;
}

export interface AuditReport {
  findings: AuditFinding[];
  /** Files without a finding. */
  orphans: AuditedOrphan[];
  checked: { records: number; files: number };
  /** True when there was no finding, or every finding was repaired. */
  ok: boolean;
}

export interface AuditOptions extends RunSettings {
  /**
   * Fetches again what the provider still has, puts a copy of the film in the place of a link to it, and removes part
   * files that no record owns. Reports what cannot be fetched, with what to do, and leaves its record as it is. Never
   * deletes a whole video, and does nothing about files whose folder is missing.
   */
  repair?: boolean | undefined;
  onFinding?: ((finding: AuditFinding) => void) | undefined;
}
