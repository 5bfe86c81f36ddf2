/** Header names of our own that cross between the load generator and the service, in lower case. */
export const headers = {
  /** The run that a request belongs to; the service keeps telemetry for it. */
  runId: 'x-run-id',
  /** `1`: belongs to the run, but not to its load; sent afterwards, to see what a request takes by itself. */
  runAlone: 'x-run-alone',
  /** Names one request; the answer carries the same, so that neither side takes it for another one's. */
  requestId: 'x-request-id',
  /** The instance (boot id) that answered. */
  servedBy: 'x-served-by',
  /** The delivery strategy that moved the artifact. */
  delivery: 'x-delivery',
  /** What came of a publication: `published`, `replaced` or `unchanged`. */
  publication: 'x-publication',
} as const;
