/** The headline's load, for arithmetic on it. */
export const tinyLlmBurst = { clients: 100, bytes: 24_834_009 } as const;
