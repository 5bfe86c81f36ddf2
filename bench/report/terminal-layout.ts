/** Rows of a label and segments that are never broken, on lines of at most 80 columns where possible. */

const columns = 80;
const indent = 14;

export interface Row {
  readonly label: string;
  readonly segments: readonly string[];
  /** Between segments on one line; prose breaks at every word. */
  readonly gap: string;
}

export function prose(label: string, sentence: string): Row {
  return { label, segments: sentence.split(/ (?!%)/), gap: ' ' };
}

export function figures(label: string, segments: readonly string[]): Row {
  return { label, segments, gap: '   ' };
}

/** Groups of rows with an empty line between them; a row without a segment is left out. */
export function layOutGroups(groups: readonly (readonly Row[])[]): string {
  return groups
    .map((rows) =>
      rows
        .filter(({ segments }) => segments.length > 0)
        .flatMap(layOutRow)
        .join('\n'),
    )
    .join('\n\n');
}

/** Without what would steer a terminal: the texts in a report may come from anywhere. */
export function removeControls(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n]/gu, '');
}

function layOutRow({ label, segments, gap }: Row): string[] {
  const lines: string[] = [];
  for (const segment of segments) {
    const line = lines.at(-1);
    if (line !== undefined && indent + line.length + gap.length + segment.length <= columns) {
      lines[lines.length - 1] = `${line}${gap}${segment}`;
    } else lines.push(segment);
  }
  return lines.map((line, index) => `${(index === 0 ? `  ${label}` : '').padEnd(indent)}${line}`);
}
