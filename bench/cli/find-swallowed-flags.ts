/** Flags that npm takes for the beginning of one of its own. It would have another value had the user set that one. */
const abbreviated: Readonly<Record<string, string>> = { replace: 'npm_config_replace_registry_host' };

/**
 * `npm run bench --clients 10` without `--` makes npm keep the flag for itself and leave it in the environment
 * as `npm_config_clients`. Returns what was meant, or null when nothing was swallowed.
 */
export function findSwallowedFlags(
  env: Readonly<Record<string, string | undefined>>,
  script: string,
  flags: readonly string[],
): string | null {
  const swallowed = flags.filter(
    (flag) => env[`npm_config_${flag.replaceAll('-', '_')}`] || env[abbreviated[flag] ?? ''] === 'true',
  );
  if (swallowed.length === 0) return null;
  const written = swallowed.map((flag) => `--${flag}`).join(' ');
  return `npm took ${written} for itself. Put "--" before flags: npm run ${script} -- ${written} ...`;
}
