import { CRC64_WASM_BASE64 } from './crc64-wasm.ts';

/** What crc64.c exports, with its rules. TypeScript does not know its types, so the cast below states them. */
interface Crc64Exports {
  memory: WebAssembly.Memory;
  init(): void;
  room(): number;
  room_bytes(): number;
  fold_bytes(): number;
  begin(crc: bigint): void;
  fold(): void;
  finish(length: number): bigint;
}

const ALL_ONES = 2n ** 64n - 1n;

/** Loaded at the first use, and shared: between `begin` and `finish` nothing else runs. */
let shared: { functions: Crc64Exports; room: Uint8Array; foldBytes: number } | undefined;

function load(): NonNullable<typeof shared> {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(CRC64_WASM_BASE64, 'base64')));
  const functions = exports as unknown as Crc64Exports;
  functions.init();
  const room = new Uint8Array(functions.memory.buffer, functions.room(), functions.room_bytes());
  return { functions, room, foldBytes: functions.fold_bytes() };
}

/** CRC-64/XZ, the checksum that OSS sends, at some four times the speed of hash-wasm. */
export class Crc64 {
  #crc = 0n;

  update(bytes: Uint8Array): void {
    shared ??= load();
    const { functions, room, foldBytes } = shared;
    functions.begin(this.#crc ^ ALL_ONES);
    let at = 0;
    for (; bytes.length - at > room.length; at += foldBytes) {
      room.set(bytes.subarray(at, at + foldBytes));
      functions.fold();
    }
    room.set(bytes.subarray(at));
    this.#crc = BigInt.asUintN(64, functions.finish(bytes.length - at)) ^ ALL_ONES;
  }

  /** Of everything so far, as an unsigned decimal; more may follow. */
  digest(): string {
    return this.#crc.toString();
  }
}
