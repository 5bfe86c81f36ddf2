/**
 * Imported by a child process (or preloaded with `node --import`), it ends that process as soon as its parent is
 * gone, however the parent went: the operating system closes the IPC channel even after SIGKILL. The parent has
 * to start the child with an IPC channel.
 */
if (!process.channel) {
  throw new Error('This process was to end with its parent, but was started without an IPC channel.');
}
process.on('disconnect', () => process.exit(1));
// The listener keeps the channel, and so the process, alive; its own work alone should.
process.channel.unref();
