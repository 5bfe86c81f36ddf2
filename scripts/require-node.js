// Loaded before every command. Plain JavaScript, for an older Node could not read TypeScript to say so.
const neededMajor = 24;

if (Number(process.versions.node.split('.')[0]) < neededMajor) {
  process.stderr.write(
    `modelrig needs Node ${neededMajor} or newer, and this is ${process.versions.node}. ` +
      'On Linux and Windows `npm ci` brings it along, for commands started through npm; elsewhere install it.\n',
  );
  process.exit(1);
}
