/** As Node's `dns` says it. */
export interface ResolvedAddress {
  address: string;
  /** 4 or 6. */
  family: number;
}

/** All addresses of a name. Replaced in tests; the default asks the system. */
export type ResolveName = (hostname: string) => Promise<ResolvedAddress[]>;
