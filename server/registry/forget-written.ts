import type { ModelRecord } from './model-record.ts';
import type { RecordReads } from './record-reads.ts';
import type { ModelStore } from './stores.ts';

/** The same store; readers forget each record that is written through it before its writer knows, also where the write failed. */
export function forgetWritten(models: ModelStore, records: Pick<RecordReads, 'forget'>): ModelStore {
  const write = async <Result>({ id, version }: ModelRecord, act: () => Promise<Result>): Promise<Result> => {
    try {
      return await act();
    } finally {
      records.forget(id, version);
    }
  };
  return {
    ...models,
    insert: (record, upload) => write(record, () => models.insert(record, upload)),
    replace: (replaced, record, upload) => write(record, () => models.replace(replaced, record, upload)),
  };
}
