import { expect, it } from 'vitest';
import { CRC64_WASM_BASE64 } from '#lib/capture/check/crc64-wasm.ts';

it('the module is whole, needs nothing of its host, and has what crc64.server.ts calls', async () => {
  const module = await WebAssembly.compile(Buffer.from(CRC64_WASM_BASE64, 'base64'));
  expect(WebAssembly.Module.imports(module)).toEqual([]);
  expect(
    WebAssembly.Module.exports(module)
      .map(({ name, kind }) => `${kind} ${name}`)
      .sort(),
  ).toEqual([
    ...['function begin', 'function finish', 'function fold', 'function fold_bytes', 'function init', 'function room'],
    ...['function room_bytes', 'memory memory'],
  ]);
});
