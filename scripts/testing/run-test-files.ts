import { availableParallelism } from 'node:os';
import { type FileResult, runTestFile, type TestFile } from './run-test-file.ts';

/** How many files run at once. Two more than cores: many of the slow ones mostly wait for leases and time limits. */
export const places = Math.min(4, availableParallelism() + 2);

/**
 * Runs the files a few at a time, in their order, and hands what became of each to `print` when it ends. The signal
 * ends those that run, of which nothing is told, and begins no others. `meanwhile` has the place of one file until it is done.
 */
export async function runTestFiles(
  files: Iterable<TestFile> | AsyncIterable<TestFile>,
  limitSeconds: number,
  print: (text: string) => void,
  signal: AbortSignal,
  meanwhile?: Promise<unknown>,
): Promise<FileResult[]> {
  const finished: FileResult[] = [];
  const waiting = queue(files);
  const worker = async () => {
    while (!signal.aborted) {
      const { value: file, done } = await waiting.next();
      if (done || signal.aborted) return;
      const result = await runTestFile(file, limitSeconds, signal);
      if (signal.aborted) return;
      finished.push(result);
      print(describe(result));
    }
  };
  await Promise.all([
    (meanwhile ?? Promise.resolve()).then(worker),
    ...Array.from({ length: places - 1 }, worker),
  ]);
  return finished;
}

/** Hands out one after the other to whoever asks, also where several wait at once. */
async function* queue(files: Iterable<TestFile> | AsyncIterable<TestFile>): AsyncGenerator<TestFile, void> {
  yield* files;
}

function describe(result: FileResult): string {
  const { name, passed, failed, seconds, fault, output } = result;
  const line = `${failed > 0 ? 'FAIL' : 'ok  '}  ${name}  ${passed} passed  ${seconds.toFixed(1)} s`;
  return failed > 0 ? `${line}${fault ? `\n      ${name} ${fault}` : ''}\n${output}` : line;
}
