import type { EngineOrder, EngineResult } from './processes/engine-client.ts';
import { startChild } from './start-child.ts';

/** One load by the engine, in a process of its own as a runner has it. */
export async function runEngine(order: EngineOrder): Promise<EngineResult> {
  const client = await startChild('engine-client', null);
  try {
    return (await client.ask(order)) as EngineResult;
  } finally {
    await client.stop();
  }
}
