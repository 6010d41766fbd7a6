// `npx reelkeep demo`: as in the app of this project, which the package does not have.
import { demo } from '../shared/demo.ts';
import { newCommand } from '../shared/options/command.ts';

const program = newCommand('demo', 'Makes three videos in the local sandbox: no key, no network, no cost.').parse();

await demo(program.opts());
