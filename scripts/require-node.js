import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { hangUpWithParent } from './hang-up-with-parent.js';

// Loaded before every command. Plain JavaScript, for an older Node could not read TypeScript to say so.
const neededMajor = 24;

if (Number(process.versions.node.split('.')[0]) < neededMajor) {
  process.stderr.write(
    `modelrig needs Node ${neededMajor} or newer, and this is ${process.versions.node}. ` +
      'On Linux and Windows `npm ci` brings it along, for commands started through npm; elsewhere install it.\n',
  );
  process.exit(1);
}

// Compiling is most of a start and leaves 25 MiB behind. The processes that a command starts use the same cache.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url));
module.enableCompileCache(process.env.NODE_COMPILE_CACHE);

if (process.env.npm_lifecycle_event !== undefined) hangUpWithParent();
