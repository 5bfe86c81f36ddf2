/** Building blocks of GitHub-flavoured Markdown. */

/** Text of unknown origin: nothing in it may become markup. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|~#&]/g, '\\$&').replaceAll(/\s+/g, ' ');
}

/** Cells are Markdown already. `alignment` has a letter a column: `l` or `r`. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  alignment: string,
): string {
  const rule = [...alignment].map((letter) => (letter === 'r' ? '--:' : '---'));
  return [header, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

export function section(title: string, ...paragraphs: readonly string[]): string {
  return [`## ${title}`, ...paragraphs.filter((paragraph) => paragraph !== '')].join('\n\n');
}

/** With a capital letter and a full stop. */
export function sentence(clause: string): string {
  const closed = /[.!?]$/.test(clause) ? clause : `${clause}.`;
  return `${closed.charAt(0).toUpperCase()}${closed.slice(1)}`;
}
