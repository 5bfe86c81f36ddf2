/**
 * Whether an ARN of a policy can name a resource of a kind, which IAM's reference describes as
 * `arn:${Partition}:s3:::${BucketName}/${ObjectName}`. Both may stand for many: `*` for any characters, a variable for
 * any but `/`, save those whose values have some.
 */
export function isOfKind(arn: string, pattern: string): boolean {
  const kind = pattern.replace(/\$\{(\w+)\}/g, (_, name) => (withSlashes.test(name) ? any : anyButSlash));
  return overlap([...arn.replaceAll('*', any)], [...kind]);
}

/** Characters that no ARN has. */
const any = '\u0001';
const anyButSlash = '\u0002';
const withSlashes =
  /^(ObjectName|LogGroupName|LogStreamName|RoleNameWithPath|RepositoryName|ParameterName\w*)$/;

/** Whether some text fits both. */
function overlap(one: readonly string[], other: readonly string[]): boolean {
  const seen = new Map<string, boolean>();
  const from = (i: number, j: number): boolean => {
    const key = `${i} ${j}`;
    const known = seen.get(key);
    if (known !== undefined) return known;
    const found = compare(i, j);
    seen.set(key, found);
    return found;
  };
  const compare = (i: number, j: number): boolean => {
    const [a, b] = [one[i], other[j]];
    if (a === undefined && b === undefined) return true;
    if (isWild(a)) return from(i + 1, j) || (b !== undefined && takes(a, b) && from(i, j + 1));
    if (isWild(b)) return from(i, j + 1) || (a !== undefined && takes(b, a) && from(i + 1, j));
    return a === b && from(i + 1, j + 1);
  };
  return from(0, 0);
}

function isWild(part: string | undefined): part is string {
  return part === any || part === anyButSlash;
}

function takes(wildcard: string, part: string): boolean {
  return wildcard === any || part !== '/';
}
