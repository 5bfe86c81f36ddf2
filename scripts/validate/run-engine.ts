import type { EngineOrder, EngineResult } from './processes/engine-client.ts';
import { startChild } from './start-child.ts';
import { watchProcess } from './watch-process.ts';

/** One load by the engine, in a process of its own as a runner has it, with the bytes that the kernel gave it. */
export async function runEngine(order: EngineOrder): Promise<EngineResult & { readonly kernelBytes: number }> {
  const client = await startChild('engine-client', null);
  try {
    const finishWatch = watchProcess(client.pid, 0);
    const result = (await client.ask(order).finally(finishWatch)) as EngineResult;
    return { ...result, kernelBytes: finishWatch().readBytes };
  } finally {
    await client.stop();
  }
}
