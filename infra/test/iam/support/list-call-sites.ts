import { readdirSync, readFileSync } from 'node:fs';
import { repositoryRoot } from '../../../preview/repository-root.ts';

/** `aws/model-store.ts GetItem`: every place of the product's code that calls AWS, by its text. */
export function listCallSites(): string[] {
  const folders = ['server', 'scripts', 'bench'];
  const files = folders.flatMap((folder) =>
    readdirSync(`${repositoryRoot}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/(^|\/)test\//.test(file))
      .map((file) => `${folder}/${file}`),
  );
  const sites = files.flatMap((file) => {
    const text = readFileSync(`${repositoryRoot}${file}`, 'utf8');
    const calls = [...text.matchAll(/new (\w+)Command\(|\bpaginate([A-Z]\w+)\(/g)];
    return calls.map(([, command, page]) => `${file.replace('server/', '')} ${spell(command ?? page ?? '')}`);
  });
  return [...new Set(sites)].sort();
}

/** The document client's commands drop a word of those that they send. */
const shortened: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
};

/** As the service itself calls it. */
export function spell(command: string): string {
  const name = command.replace(/Command$/, '');
  return shortened[name] ?? name;
}
