import { Command, CommanderError, Option } from 'commander';
import { computeBackends } from '../contract/environment.ts';
import { describeInventory } from './preview/describe-inventory.ts';
import { previewStack } from './preview/preview-stack.ts';
import { readStackFile } from './preview/read-stack-file.ts';

/** `npm run infra:preview`: what `pulumi up` would make, without AWS, CLI and network. Exits 0, 1 or 104 (usage). */
const exitCodes = { ok: 0, failed: 1, usage: 104 } as const;

process.exitCode = await main();

async function main(): Promise<number> {
  const command = describeCommand();
  try {
    command.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    throw error;
  }
  const { backend, stack } = command.opts<{ backend?: string; stack: string }>();
  try {
    const values = await readStackFile(stack);
    const env = { COMPUTE_BACKEND: backend ?? process.env.COMPUTE_BACKEND ?? '' };
    const preview = await previewStack({ stack, values, mode: 'known', env });
    for (const warning of preview.warnings) process.stderr.write(`warning: ${warning}\n`);
    process.stdout.write(`${describeInventory(preview)}\n`);
    return exitCodes.ok;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return exitCodes.failed;
  }
}

function describeCommand(): Command {
  return new Command('npm run infra:preview --')
    .description('Prints what pulumi up would make: type, name, parent and protection of each resource.')
    .addOption(
      new Option('--backend <name>', 'in place of COMPUTE_BACKEND and the stack’s own').choices([
        ...computeBackends,
      ]),
    )
    .option('--stack <name>', 'reads Pulumi.<name>.yaml', 'dev')
    .allowExcessArguments(false)
    .exitOverride()
    .addHelpText(
      'after',
      '\nNeeds no AWS account, no Pulumi CLI, no Docker and no network.\nExit codes: 0, 1 when the program fails, 104 usage.',
    );
}
