/**
 * Node's flags for the registry service. V8 would let the short-lived objects of a thousand connections grow by 32 MiB a
 * half before it looks at them; so few survive that looking at 2 MiB costs no more (`npm run validate -- speed-memory`).
 */
export const serviceNodeFlags = ['--max-semi-space-size=2'] as const;
