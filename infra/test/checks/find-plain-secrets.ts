import { secretMark } from '../../preview/invent-outputs.ts';
import { listOf, type Resources } from '../support/find-resource.ts';

/** Secrets that AWS would show in plain: in the environment of a container or a function. */
export function findPlainSecrets(resources: Resources): string[] {
  const tokens = listOf(resources, 'random:index:RandomPassword').map(({ outputs }) =>
    readSecret(outputs.result),
  );
  const holds = (text: string) =>
    tokens.some((token) => text.includes(token)) || text.includes(secretMark.value);
  const tasks = listOf(resources, 'ecs:TaskDefinition').flatMap((task) => {
    const text = JSON.stringify(task.inputs.containerDefinitions);
    return holds(text) ? [`The task definition ${task.name} holds a secret in plain`] : [];
  });
  const functions = listOf(resources, 'lambda:Function')
    .filter(({ inputs }) => holds(JSON.stringify(inputs.environment)))
    .map(({ name }) => `The function ${name} holds a secret in plain`);
  return [...tasks, ...functions];
}

function readSecret(value: unknown): string {
  const { value: text } = value as { value: string };
  return text;
}
