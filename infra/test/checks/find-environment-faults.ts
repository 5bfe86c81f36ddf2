import { type EnvironmentVariable, environment, type Program } from '../../../contract/environment.ts';
import { readRunnerConfig, readServiceConfig, readStoresConfig } from '../../../server/config.ts';
import { listOf, type Resources, readContainer } from '../support/find-resource.ts';

type Variables = Readonly<Record<string, string>>;

/** Every program gets an environment that it takes, and not a variable that it does not know. */
export function findEnvironmentFaults(resources: Resources): string[] {
  return [
    ...listOf(resources, 'ecs:TaskDefinition').flatMap((task) => {
      const { environment: plain, secrets } = readContainer(task);
      const variables = Object.fromEntries([
        ...plain.map(({ name, value }) => [name, value]),
        ...secrets.map(({ name }) => [name, 'a-token-that-stands-for-the-secret']),
      ]);
      return findFaults(`The container ${task.name}`, task.name, variables);
    }),
    ...listOf(resources, 'lambda:Function').flatMap(({ name, inputs }) => {
      const { variables } = inputs.environment as { variables: Variables };
      return findFaults(`The function ${name}`, name, variables);
    }),
  ];
}

function findFaults(what: string, name: string, variables: Variables): string[] {
  const program: Program = name === 'service' ? 'service' : 'runner';
  const known: Readonly<Record<string, EnvironmentVariable>> = environment;
  const strange = Object.keys(variables)
    .filter((variable) => !known[variable]?.readBy.includes(program))
    .map((variable) => `${what} is given ${variable}, which ${program} does not read`);
  return [...strange, ...refusals(name, variables).map((refusal) => `${what} would not start: ${refusal}`)];
}

/** The program's own reader is asked. */
function refusals(name: string, variables: Variables): string[] {
  const read = { service: readServiceConfig, runner: readRunnerConfig, publisher: readStoresConfig }[name];
  if (read === undefined) return [`nothing is known of ${name}`];
  try {
    read(variables);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
}
