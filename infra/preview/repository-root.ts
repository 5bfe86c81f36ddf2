import { fileURLToPath } from 'node:url';

/** Ends with a slash. */
export const repositoryRoot = fileURLToPath(new URL('../../', import.meta.url));
