import { basename } from 'node:path';

/** Preloaded into a program: gives it the credentials that `ROLES` holds for its kind, in place of those inherited. */
const program = basename(process.argv[1] ?? '').replace(/[.]ts$/, '');
const roles = JSON.parse(process.env.ROLES ?? '') as Readonly<Record<string, Record<string, string>>>;
Object.assign(process.env, roles[program]);
