/** All faults of one thing, a line each, as the service tells those of its configuration. */
export function listFaults(subject: string, faults: readonly string[]): string {
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
  return `${subject} has ${count}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`;
}
