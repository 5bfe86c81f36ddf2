/**
 * What leaves in one turn of the event loop, whoever's it is: 2 MiB, which take the kernel about a millisecond. All other
 * requests, and new connections, of which a turn takes one of each listening socket, wait for no more, however many
 * clients download.
 */
const slicesPerTurn = 4;
const waiting: (() => void)[] = [];

/** Calls back when it is this caller's turn: first come, first served, `slicesPerTurn` in each turn of the event loop. */
export function awaitTurn(send: () => void): void {
  waiting.push(send);
  if (waiting.length === 1) setImmediate(takeTurn);
}

function takeTurn(): void {
  const sending = waiting.splice(0, slicesPerTurn);
  if (waiting.length > 0) setImmediate(takeTurn);
  for (const send of sending) send();
}
