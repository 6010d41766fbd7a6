// One check of an MP4, in a process of its own. Arguments: the file, and where to write what it took.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';

const [path = '', report = ''] = process.argv.slice(2);
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
// One round of the loop, so that loading the code is not counted.
await new Promise((resolve) => setImmediate(resolve));
delay.reset();
const startedMs = performance.now();
const { problem } = await mp4.inspect(path);
const checkMs = performance.now() - startedMs;
await new Promise((resolve) => setTimeout(resolve, 5));
writeFileSync(report, JSON.stringify({ checkMs, blockedMs: delay.max / 1e6, problem }));
