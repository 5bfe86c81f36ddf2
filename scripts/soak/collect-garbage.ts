/**
 * Loaded into the soaked service before its own program: V8 lets garbage lie for minutes while there is room, so that what is
 * read of memory between two of its own collections rises in any case. What is left to read is what the service keeps.
 */
const intervalMs = 10_000;

const { gc } = globalThis;
if (gc === undefined)
  throw new Error('Garbage can be collected only by a process that was started with --expose-gc.');
setInterval(() => gc(), intervalMs).unref();
