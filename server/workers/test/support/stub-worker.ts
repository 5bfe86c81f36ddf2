import { createPartner } from '../../partner.ts';
import type { PrimaryQuestions, WorkerQuestions } from '../../questions.ts';

/** A worker that serves nobody. With NEVER_LISTENS it has not come to its handler of SIGTERM, and never will. */
const neverListens = process.env.NEVER_LISTENS !== undefined;
const starting = Promise.withResolvers<void>();

if (!neverListens) {
  process.on('SIGTERM', () => {
    void starting.promise.then(() => setTimeout(() => process.exit(), 50));
  });
}
const primary = createPartner<PrimaryQuestions, Pick<WorkerQuestions, 'start' | 'giveSign'>>(process, {
  async start() {
    if (neverListens) await new Promise(() => {});
    await primary.ask('listRuns', null, null);
    starting.resolve();
    return 'http://127.0.0.1:1';
  },
  giveSign: async () => null,
});
process.channel?.ref();
