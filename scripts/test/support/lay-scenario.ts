import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const definition = pathToFileURL(resolve('bench/scenario/define-scenario.ts')).href;

/** Writes a scenario file with these options, and code after its definition; returns its name. */
export async function layScenario(folder: string, name: string, options: string, code = ''): Promise<string> {
  const text = `import { defineScenario } from '${definition}'; export default defineScenario({ ${options} });\n${code}\n`;
  await writeFile(join(folder, name), text);
  return name;
}
