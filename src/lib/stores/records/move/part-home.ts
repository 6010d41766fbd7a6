import type { StoreMark } from '../store-mark.server.ts';
import type { Transfer } from './transfer.ts';

/** A record as text: what is copied, counted and hashed. */
export interface RecordText {
  readonly key: string;
  /** JSON, on one line. */
  readonly content: string;
}

/** How the records of a part stand in one place. */
export interface HomeState {
  /** False where no record was ever stored. */
  readonly exists: boolean;
  readonly records: number;
  readonly transfer: Transfer | undefined;
  /** Of the move that brought the records here. */
  readonly arrivedBy: string | undefined;
}

/** The records of one part in one place, as a move sees them: also those that are not in use. */
export interface PartHome {
  /** As a person recognises the place; without a password. */
  readonly name: string;
  look(): Promise<HomeState>;
  /**
   * Lets nobody use the records from now on.
   * @throws ReelError `busy` while a process works on one of them
   */
  freeze(transfer: Transfer): Promise<void>;
  /** All records, in the order in which their keys were first stored. */
  read(): AsyncIterable<RecordText>;
  readMark(): Promise<StoreMark | undefined>;
  /** Replaces everything by these records, which nobody can use yet. */
  fill(transfer: Transfer, records: AsyncIterable<RecordText>, mark: StoreMark | undefined): Promise<void>;
  /** From now on these records are in use. */
  open(moveId: string): Promise<void>;
  /** From now on these records are the remains of a move, and never in use. */
  leave(transfer: Transfer): Promise<void>;
  /** Undoes `freeze` and `fill`: of a move that is given up. */
  giveUp(moveId: string): Promise<void>;
}
