// `npm run cancel -- <spot> <era>`: stops what is under way for one video.
import './shared/require-node.js';
import { cancelVideo } from '#lib/wanx/index.ts';
import { newCommand, runCommand } from './shared/options/command.ts';
import { EXIT } from './shared/options/exit-codes.ts';
import { placeOf } from './shared/places.ts';

const program = newCommand('cancel', 'Cancels the unfinished video of a spot in an era.')
  .argument('<spot>', 'for example eiffel-tower')
  .argument('<era>', 'for example 1900')
  .parse();

const [spotId = '', eraId = ''] = program.args;

await runCommand(program.opts(), async ({ output, signal, npmRun }) => {
  const { key, spot, era } = placeOf(spotId, eraId);
  const { metadata, stoppedAtProvider, mayBeBilled } = await cancelVideo(spot.id, era.id, { signal });
  const { taskId } = metadata;
  output.event('result', { spotId: spot.id, eraId: era.id, success: true, taskId, stoppedAtProvider, mayBeBilled });
  output.say(`${key}: cancelled${taskId === undefined ? '' : ` (task ${taskId})`}.`);
  if (stoppedAtProvider) output.say('The provider stopped it before it began: it is not billed.');
  else if (taskId !== undefined) {
    output.say('The task is already running and cannot be stopped: it is billed, and its video is not fetched.');
    output.say(`To get the video after all, without buying again: ${npmRun('generate', `${spot.id} ${era.id}`)}`);
  } else {
    output.say('Its submission was never answered: if there is a task, it is billed.');
    output.say(`To look for it: ${npmRun('rescue', '')}`);
  }
  return EXIT.ok;
});
