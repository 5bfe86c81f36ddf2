/** What a call asks IAM for. */
export interface Access {
  /** `s3:GetObject` */
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Whether statements of one identity's policy let an access pass, by the rules of IAM as far as our policies use them.
 * @throws {Error} for anything beyond: another key, effect, operator or wildcard than those below.
 */
export function isAllowed(statements: readonly Statement[], access: Access): boolean {
  const matching = statements.map(check).filter((statement) => matches(statement, access));
  return matching.length > 0;
}

function check(statement: Statement): Statement {
  const unknown = Object.keys(statement).find((key) => !knownKeys.has(key));
  if (unknown !== undefined)
    throw new Error(`Statement ${statement.Sid} has ${unknown}, which is not understood.`);
  if (statement.Effect !== 'Allow')
    throw new Error(`Statement ${statement.Sid} has the effect ${statement.Effect}.`);
  for (const list of [statement.Action, statement.Resource]) {
    if (!Array.isArray(list) || list.length === 0) throw new Error(`Statement ${statement.Sid} has no list.`);
  }
  const text = [...statement.Action, ...statement.Resource].find((item) => /[?$]/.test(item));
  if (text !== undefined) throw new Error(`Statement ${statement.Sid} has ${text}, which is not understood.`);
  return statement;
}

const knownKeys = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Condition']);

function matches(
  { Sid, Action, Resource, Condition = {} }: Statement,
  { action, resource, context }: Access,
): boolean {
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) => {
    const compare = operators[operator];
    if (compare === undefined) throw new Error(`Statement ${Sid} has ${operator}, which is not understood.`);
    return Object.entries(keys).map(([key, value]) => {
      if (typeof value !== 'string') throw new Error(`Statement ${Sid} compares ${key} with a list.`);
      const given = context[key];
      return given !== undefined && compare(given, value);
    });
  });
  return (
    Action.some((pattern) => fits(pattern.toLowerCase(), action.toLowerCase())) &&
    Resource.some((pattern) => fits(pattern, resource)) &&
    conditions.every(Boolean)
  );
}

const operators: Readonly<Record<string, (given: string, expected: string) => boolean>> = {
  StringEquals: (given, expected) => given === expected,
  ArnEquals: (given, expected) => fits(expected, given),
};

/** `*` stands for any characters, `/` and `:` included. */
function fits(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let from = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
