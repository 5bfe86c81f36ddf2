/**
 * `npm run bench --clients 10` without `--` makes npm keep the flag for itself and leave it in the environment
 * as `npm_config_clients`. Returns what was meant, or null when nothing was swallowed.
 */
export function findSwallowedFlags(
  env: Readonly<Record<string, string | undefined>>,
  script: string,
  flags: readonly string[],
): string | null {
  const swallowed = flags.filter((flag) => env[`npm_config_${flag.replaceAll('-', '_')}`]);
  if (swallowed.length === 0) return null;
  const written = swallowed.map((flag) => `--${flag}`).join(' ');
  return `npm took ${written} for itself. Put "--" before flags: npm run ${script} -- ${written} ...`;
}
