const SLAB_BYTES = 256 * 1024;
/** A smaller rest of a slab is not worth a system call. */
const SMALLEST_BYTES = 16 * 1024;

/**
 * The memory that a socket reads into. A TLS socket keeps delivering the records that it has decrypted even after it was
 * paused, so a single buffer would be overwritten while its bytes are still being looked at.
 */
export class ReadBuffers {
  readonly #slabs = [Buffer.allocUnsafeSlow(SLAB_BYTES), Buffer.allocUnsafeSlow(SLAB_BYTES)];
  #current = this.#slabs[0] ?? Buffer.alloc(0);
  #used = 0;

  /** Where the next bytes may go: memory that none of the pieces `inUse` lies in, behind the last ones if possible. */
  next(inUse: ReadonlyArray<Uint8Array | undefined>): Buffer {
    const isFree = (slab: Buffer) => !inUse.some((piece) => piece?.buffer === slab.buffer);
    if (isFree(this.#current)) this.#used = 0;
    else if (this.#current.length - this.#used < SMALLEST_BYTES) this.#start(this.#slabs.find(isFree) ?? this.#add());
    return this.#current.subarray(this.#used);
  }

  /** The first `length` bytes of what `next` gave are filled now. */
  fill(length: number): void {
    this.#used += length;
  }

  #start(slab: Buffer<ArrayBuffer>): void {
    this.#current = slab;
    this.#used = 0;
  }

  #add(): Buffer<ArrayBuffer> {
    const slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    this.#slabs.push(slab);
    return slab;
  }
}
