/** Preloaded: the wall clock of a service's process goes ten seconds ahead, that of its runner does not. */
if (process.argv[1]?.endsWith('main.ts')) {
  const { now } = Date;
  Date.now = () => now() + 10_000;
}
