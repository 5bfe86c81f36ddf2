import { startNullServer } from '../../bench/measure/start-null-server.ts';
import { formatCount } from '../../bench/report/format.ts';
import { table } from '../../bench/report/markdown/markdown.ts';
import { interleave } from './interleave.ts';
import type { EngineOrder, EngineResult } from './processes/engine-client.ts';
import type { StockOrder, StockResult } from './processes/stock-client.ts';
import { type ChildName, startChild } from './start-child.ts';
import type { ValidationResult } from './validation.ts';
import { type ProcessUse, readFreeBytes, watchProcess } from './watch-process.ts';

const bursts = 5;
const connections = 100;
const bodyBytes = 24_834_009;
const limitSeconds = 75;
/** What the machine keeps for itself; the client is killed before it takes that too. */
const leastFreeBytes = 1.5e9;
const neededBytes = 6e9;

interface Burst extends ProcessUse {
  readonly successes: number;
  /** Why there are fewer than there should be; empty when there are not. */
  readonly end: string;
  readonly seconds: number;
}

/**
 * The headline load by the engine and by autocannon 9 as it is shipped, interleaved, against one null server. Both are
 * watched from outside by the same means, so that what dies is measured until then.
 */
export async function compareWithStock(say: (text: string) => void): Promise<ValidationResult> {
  if (readFreeBytes() < neededBytes) {
    throw new Error(
      `Stock autocannon needs ${neededBytes / 1e9} GB of memory; ${readFreeBytes() / 1e9} GB are free.`,
    );
  }
  const server = await startNullServer();
  try {
    const url = `${server.url}/bytes/${bodyBytes}`;
    const pairs = await interleave(
      bursts,
      9,
      () => measureEngine(url),
      () => measureStock(url),
      ({ one, other }, number) =>
        say(
          `burst ${number} of ${bursts}: engine ${describeBurst(one)}; stock autocannon ${describeBurst(other)}`,
        ),
    );
    const engine = pairs.map(({ one }) => one);
    const rows = pairs.flatMap(({ one, other }, index) => [
      renderBurst(`${index + 1}`, 'engine', one),
      renderBurst('', 'stock autocannon 9', other),
    ]);
    const header = ['burst', 'client', 'bodies', 's', 'MB/s', 'CPU-s/GB', 'peak RSS (MB)', 'end'];
    return {
      table: table(header, rows, 'llrrrrrl'),
      judgements: [
        {
          text: `the engine has all ${connections} bodies of each burst, whole and right in length`,
          holds: engine.every(({ successes }) => successes === connections),
        },
      ],
    };
  } finally {
    await server.stop();
  }
}

function measureEngine(url: string): Promise<Burst> {
  const order: EngineOrder = {
    url: new URL(url).origin,
    scenario: {
      name: 'burst-100',
      executor: 'per-vu-iterations',
      vus: connections,
      request: { path: new URL(url).pathname, expect: { bytes: bodyBytes } },
    },
  };
  return measureBurst('engine-client', order, (answer) => {
    const { attempts } = answer as EngineResult;
    return attempts.filter(({ outcome }) => outcome === 'ok').length;
  });
}

function measureStock(url: string): Promise<Burst> {
  const order: StockOrder = { url, connections };
  return measureBurst('stock-client', order, (answer) => (answer as StockResult).successes);
}

async function measureBurst(
  name: ChildName,
  order: unknown,
  countSuccesses: (answer: unknown) => number,
): Promise<Burst> {
  const client = await startChild(name, null, limitSeconds);
  const startedMs = performance.now();
  const finishWatch = watchProcess(client.pid, leastFreeBytes);
  const answer = await client.ask(order).catch((error: Error) => error);
  const use = finishWatch();
  const burst = {
    seconds: (performance.now() - startedMs) / 1_000,
    ...use,
  };
  await client.stop();
  return answer instanceof Error
    ? { ...burst, successes: 0, end: describeEnd(answer) }
    : { ...burst, successes: countSuccesses(answer), end: '' };
}

/** A heap that is full says so among much else. */
function describeEnd({ message }: Error): string {
  return /FATAL ERROR: (?:.*: )?([^\n]*)/.exec(message)?.[1] ?? message.split(';')[0] ?? '';
}

function renderBurst(number: string, client: string, burst: Burst): string[] {
  const { successes, seconds, readBytes, cpuSeconds, peakRssBytes, end } = burst;
  return [
    number,
    client,
    `${successes} of ${connections}`,
    seconds.toFixed(1),
    formatCount(readBytes / 1e6 / seconds),
    (cpuSeconds / (readBytes / 1e9)).toFixed(2),
    formatCount(peakRssBytes / 1e6),
    end,
  ];
}

function describeBurst({ successes, seconds, end }: Burst): string {
  return `${successes} bodies in ${seconds.toFixed(1)} s${end ? `, ${end}` : ''}`;
}
