import autocannon from 'autocannon';
import { answerParent } from './answer-parent.ts';

export interface StockOrder {
  readonly url: string;
  readonly connections: number;
}

export interface StockResult {
  readonly successes: number;
}

/** Autocannon 9 as it is shipped: each connection makes one request. Answers with what it says about that. */
answerParent('ready', async (question): Promise<StockResult> => {
  const { url, connections } = question as StockOrder;
  const result = await autocannon({ url, connections, amount: connections, timeout: 300 });
  return { successes: result['2xx'] };
});
