/** How long a blocking read of one artifact may hold its process still: the end of a wait that nothing else ends. */
export const blockingReadLimitMs = 120_000;
