/** Of the service's processes. */
export const exitCodes = { failed: 1, usage: 104 } as const;
