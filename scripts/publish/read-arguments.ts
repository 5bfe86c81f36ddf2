import { Command } from 'commander';
import { UsageError } from '../../bench/cli/exit-codes.ts';
import { isModelId, isVersion, modelIdRule, movableVersion, versionRule } from '../../contract/model-id.ts';
import { parseCommand } from '../parse-command.ts';

export interface PublishArguments {
  /** Of a folder or a zip. */
  readonly path: string;
  readonly modelId: string;
  readonly version: string;
  readonly replace: boolean;
  readonly json: boolean;
}

/** For those who look for flags that npm took for itself. */
export const publishFlags = ['replace', 'json'] as const;

/**
 * Null when help was asked for and given.
 * @throws {UsageError} for anything else that is not to be carried out.
 */
export function readArguments(argv: readonly string[]): PublishArguments | null {
  const command = parseCommand(describeCommand(), argv);
  if (command === null) return null;
  const [path = '', model = ''] = command.args;
  return { path, ...readModel(model), ...command.opts<{ replace: boolean; json: boolean }>() };
}

function describeCommand(): Command {
  return new Command('npm run publish --')
    .description(
      'Publishes a model to the registry that the environment names: a folder as a zip of its files, or a zip as it is.',
    )
    .argument('<folder or zip>', 'what to publish')
    .argument('<model>', `org/name@version; without a version it is ${movableVersion}`)
    .option('--replace', `let it take the place of ${movableVersion}; other versions never change`, false)
    .option('--json', 'print what was published as JSON', false)
    .addHelpText('after', explanation);
}

const explanation = `
A folder gives the same zip, byte for byte, wherever it is published: files by name, uncompressed, without dates. Hidden
files (.git and the like) are left out, links to files are followed. Bytes that are published already change nothing.
Exit codes: 0, 1 not published, 104 usage, 105 interrupted; then nothing of it can be seen.`;

function readModel(text: string): { modelId: string; version: string } {
  const at = text.lastIndexOf('@');
  const modelId = at < 0 ? text : text.slice(0, at);
  const version = at < 0 ? movableVersion : text.slice(at + 1);
  if (!isModelId(modelId)) throw new UsageError(`the model is "${modelId}"; allowed: ${modelIdRule}`);
  if (!isVersion(version)) throw new UsageError(`the version is "${version}"; allowed: ${versionRule}`);
  return { modelId, version };
}
