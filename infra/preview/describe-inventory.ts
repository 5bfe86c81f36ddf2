import type { Preview } from './preview-stack.ts';

/** Every resource under its parent, with type, name, parent and protection, then what the stack tells. */
export function describeInventory({ resources, outputs }: Pick<Preview, 'resources' | 'outputs'>): string {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const rows: string[][] = [];
  const add = (parent: string, depth: number) => {
    for (const resource of resources.filter((one) => (byUrn.has(one.parent) ? one.parent : '') === parent)) {
      const parentName = byUrn.get(resource.parent)?.name ?? '-';
      const protection = resource.isProtected ? 'protected' : '-';
      rows.push([`${'  '.repeat(depth)}${shorten(resource.type)}`, resource.name, parentName, protection]);
      add(resource.urn, depth + 1);
    }
  };
  add('', 0);
  const custom = resources.filter(({ isCustom }) => isCustom).length;
  const told = Object.entries(outputs).map(([name, value]) => `  ${name}: ${value}`);
  return [
    ...align([['TYPE', 'NAME', 'PARENT', 'PROTECTION'], ...rows]),
    '',
    `${resources.length} resources: ${custom} of providers, ${resources.length - custom} components`,
    '',
    'Outputs, with made-up names in place of those that AWS gives:',
    ...told,
  ].join('\n');
}

/** `aws:s3/bucket:Bucket` -> `aws:s3:Bucket` */
function shorten(type: string): string {
  return type.replace(/\/[^:]+:/, ':');
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
