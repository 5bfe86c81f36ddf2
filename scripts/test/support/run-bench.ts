import { main } from '../../../bench/cli.ts';
import { planStage } from '../../lab/plan-stage.ts';

/** The command line in this process and its working folder, which spares the start of one for each call. */
export async function bench(argv: readonly string[], env: Record<string, string> = {}) {
  const [stdout, stderr] = [collect(), collect()];
  const exitCode = await main({
    argv,
    env,
    stdout: stdout.stream,
    stderr: stderr.stream,
    signal: new AbortController().signal,
    startLocalService: () => Promise.reject(new Error('No test here needs a service of its own.')),
    stage: planStage,
  });
  return { exitCode, stdout: stdout.read(), stderr: stderr.read() };
}

function collect() {
  let text = '';
  const write = (part: string) => {
    text += part;
  };
  return { stream: { write, isTTY: false } as unknown as NodeJS.WriteStream, read: () => text };
}
