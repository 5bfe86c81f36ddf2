import { readFileSync } from 'node:fs';

/**
 * What the kernel has sent over loopback so far, heads of packets and acknowledgements included, of all programs: an
 * independent witness of a load on an otherwise quiet machine. Linux only.
 */
export function readLoopbackBytes(): number {
  const received = /^\s*lo:\s*(\d+)/m.exec(readFileSync('/proc/net/dev', 'utf8'))?.[1];
  return Number(received);
}
