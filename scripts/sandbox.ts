// `npm run sandbox`: local stand-ins for DashScope and OpenAI's videos, for tests and demos. Exit codes: 0 stopped, 2 usage error or port in use.
import { commandLine } from '#lib/base/command-line.ts';
import { messageOf } from '#lib/base/errors.ts';
import type { Sandbox } from '#lib/sandbox/dashscope/world/types.ts';
import { startSandbox } from '#lib/sandbox/sandbox.server.ts';
import { NpmCommand } from './shared/options/npm-options.ts';
import { numberBetween } from './shared/options/number-option.ts';

const EXIT_USAGE = 2;

const program = new NpmCommand(commandLine('sandbox', ''))
  .description(
    'Starts a local stand-in for the video services. It makes test clips, calls no provider and costs nothing.',
  )
  .option('--port <number>', 'port on 127.0.0.1; 0 takes any free one', numberBetween(0, 65_535, true), 8790)
  .option('--task-seconds <seconds>', 'how long a video takes', numberBetween(0.01, 3600), 3)
  .option('--min-bytes <bytes>', 'pad every video to this size', numberBetween(0, 4_294_967_295, true), 0)
  .option('--state <file>', 'keep the tasks in this file, for a restart')
  .option('--strict', 'reject fields that DashScope ignores, to find misspelt ones')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE))
  .parse();

const SAMPLE_PAGES = 3;

function announce({ env, baseUrl, notion }: Sandbox): void {
  const { DASHSCOPE_API_KEY, DASHSCOPE_HTTP_BASE_URL, WANX_ALLOW_PRIVATE_NETWORK } = env;
  const { OPENAI_VIDEOS_API_KEY, OPENAI_VIDEOS_BASE_URL, OPENAI_VIDEOS_MODEL } = env;
  const { FAL_KEY, FAL_QUEUE_BASE_URL, FAL_API_BASE_URL } = env;
  const pages = Array.from({ length: SAMPLE_PAGES }, (_, index) => notion.createPage(`Video ${index + 1}`));
  // Everything but the exports is a comment, so the whole output can be pasted into a shell.
  console.log(`# Sandbox of DashScope at ${baseUrl}, of OpenAI's videos at ${OPENAI_VIDEOS_BASE_URL}, of fal, and of Notion
# In the terminal of the program that will use it (in a .env file: one name per line):

export DASHSCOPE_API_KEY=${DASHSCOPE_API_KEY}
export DASHSCOPE_HTTP_BASE_URL=${DASHSCOPE_HTTP_BASE_URL} WANX_ALLOW_PRIVATE_NETWORK=${WANX_ALLOW_PRIVATE_NETWORK}
export OPENAI_VIDEOS_API_KEY=${OPENAI_VIDEOS_API_KEY} OPENAI_VIDEOS_MODEL=${OPENAI_VIDEOS_MODEL}
export OPENAI_VIDEOS_BASE_URL=${OPENAI_VIDEOS_BASE_URL}
export FAL_KEY=${FAL_KEY}
export FAL_QUEUE_BASE_URL=${FAL_QUEUE_BASE_URL} FAL_API_BASE_URL=${FAL_API_BASE_URL}
export NOTION_TOKEN=${notion.token} NOTION_BASE_URL=${notion.baseUrl}

# Every video made here is sandbox output, marked SANDBOX in the picture. No provider is called, nothing is charged.
# Faults: POST ${new URL('/__sandbox/faults', baseUrl)}   State: GET ${new URL('/__sandbox/state', baseUrl)}
# Notion pages to use: ${pages.join(' ')}
# Ctrl-C stops it.`);
}

async function main(): Promise<void> {
  const { port, taskSeconds, minBytes, state, strict = false } = program.opts();
  const sandbox = await startSandbox({
    port,
    minBytes,
    strict,
    taskDurationMs: taskSeconds * 1000,
    ...(state === undefined ? {} : { statePath: state }),
  });
  const stop = async () => {
    const { accepted, downloadsFinished } = sandbox.counts();
    await sandbox.close();
    console.log(`\nSandbox stopped after ${accepted} tasks and ${downloadsFinished} downloads.`);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
  // After the handlers are set: the announcement says that Ctrl-C stops it.
  announce(sandbox);
}

await main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = EXIT_USAGE;
});
