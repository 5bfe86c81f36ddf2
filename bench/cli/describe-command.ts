/**
 * `npm run experiment -- ./mine.ts --pairs 4`: words and flags as a shell reads them back; flags that are undefined are left
 * out, true stands for one without a value.
 */
export function describeCommand(
  words: readonly string[],
  flags: Readonly<Record<string, string | true | undefined>>,
): string {
  const given = Object.entries(flags).flatMap(([name, value]) =>
    value === undefined ? [] : value === true ? [`--${name}`] : [`--${name}`, value],
  );
  return ['npm', 'run', ...words, ...given].map(quote).join(' ');
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
