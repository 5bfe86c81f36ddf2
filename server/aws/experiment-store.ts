import {
  type ExperimentRun,
  type ExperimentVersion,
  experimentRunSchema,
  experimentVersionSchema,
} from '../../contract/experiment.ts';
import { experimentItem, experimentKind } from '../../contract/tables.ts';
import type { Item, RunsTable } from './runs-table.ts';

const pageLimit = 100;

/** Experiments in the runs table; they do not expire. */
export function createExperimentStore(table: RunsTable) {
  return {
    async noteExperimentRun(name: string, run: ExperimentRun): Promise<void> {
      const item = experimentItem.run(run.started_at, run.run_id);
      await table.put({
        run_id: experimentItem.partition(name),
        item,
        run: run.run_id,
        phase: run.phase,
        at: run.started_at,
      });
    },

    async listExperimentRuns(name: string): Promise<ExperimentRun[]> {
      const items = await table.list(experimentItem.partition(name), experimentItem.runPrefix);
      return items.map(({ run, phase, at }) =>
        experimentRunSchema.parse({ run_id: run, phase, started_at: at }),
      );
    },

    async createExperimentVersion(version: ExperimentVersion): Promise<boolean> {
      const key = {
        run_id: experimentItem.partition(version.name),
        item: experimentItem.version(version.number),
      };
      return table.put(
        { ...key, kind: experimentKind, started_at: version.completed_at, version: { ...version } },
        { condition: 'attribute_not_exists(#run_id)' },
      );
    },

    async listExperimentVersions(name: string): Promise<ExperimentVersion[]> {
      return (await table.list(experimentItem.partition(name), experimentItem.versionPrefix)).map(toVersion);
    },

    async listExperiments(): Promise<ExperimentVersion[]> {
      const latest = new Map<string, ExperimentVersion>();
      let start: Item | null = null;
      do {
        const page: { items: Item[]; next: Item | null } = await table.listByStart(
          experimentKind,
          pageLimit,
          start,
        );
        for (const version of page.items.map(toVersion)) {
          if ((latest.get(version.name)?.number ?? 0) < version.number) latest.set(version.name, version);
        }
        start = page.next;
      } while (start !== null);
      return [...latest.values()].sort((one, other) => (one.completed_at < other.completed_at ? 1 : -1));
    },
  };
}

function toVersion({ version }: Item): ExperimentVersion {
  return experimentVersionSchema.parse(version);
}
