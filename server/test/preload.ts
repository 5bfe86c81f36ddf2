/** What `NODE_OPTIONS` need for a program to be run in a process before its own. */
export function preload(program: string): string {
  return `--import data:text/javascript,${encodeURIComponent(program)}`;
}
