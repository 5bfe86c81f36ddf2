import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { InstalledStandIn } from './install-stand-in.ts';

/** What the AWS SDK takes from the environment. */
export type RoleCredentials = Readonly<Record<string, string>>;

const program = fileURLToPath(new URL('create_roles.py', import.meta.url));

/** Makes a role for each policy document in a stand-in that enforces them, and returns credentials by role. */
export async function createRoles(
  { python, folder }: InstalledStandIn,
  url: string,
  policies: Readonly<Record<string, object>>,
): Promise<Readonly<Record<string, RoleCredentials>>> {
  const { stdout } = await execa(python, ['-I', '-S', program, folder, url], {
    input: JSON.stringify(policies),
    timeout: 60_000,
    extendEnv: false,
    env: { PATH: process.env.PATH },
  });
  return JSON.parse(stdout) as Readonly<Record<string, RoleCredentials>>;
}
