/** The load of experiments whose slower arm serves in waves: a body so small that ten waves of it take less than a minute. */
export const waveBurst = { clients: 100, bytes: 6_000_000 } as const;
