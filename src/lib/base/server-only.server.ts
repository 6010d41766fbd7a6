// Deliberately empty. SvelteKit refuses to bundle any module that ends in `.server.ts` for the browser, so a file whose
// name is fixed (`wanx-client.ts`, `video-storage.ts`, …) imports this one first and inherits the refusal.
export {};
