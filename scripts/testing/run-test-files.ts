import { availableParallelism } from 'node:os';
import { type FileResult, runTestFile, type TestFile } from './run-test-file.ts';

/**
 * Runs the files a few at a time, in their order, and hands what became of each to `print` when it ends. The signal
 * ends those that run, of which nothing is told, and begins no others.
 */
export async function runTestFiles(
  files: readonly TestFile[],
  limitSeconds: number,
  print: (text: string) => void,
  signal: AbortSignal,
): Promise<FileResult[]> {
  const finished: FileResult[] = [];
  const waiting = [...files];
  const worker = async () => {
    for (let file = waiting.shift(); file && !signal.aborted; file = waiting.shift()) {
      const result = await runTestFile(file, limitSeconds, signal);
      if (signal.aborted) return;
      finished.push(result);
      print(describe(result));
    }
  };
  // Two more than cores: the slow files mostly wait for leases and time limits.
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism() + 2) }, worker));
  return finished;
}

function describe(result: FileResult): string {
  const { name, passed, failed, seconds, fault, output } = result;
  const line = `${failed > 0 ? 'FAIL' : 'ok  '}  ${name}  ${passed} passed  ${seconds.toFixed(1)} s`;
  return failed > 0 ? `${line}${fault ? `\n      ${name} ${fault}` : ''}\n${output}` : line;
}
