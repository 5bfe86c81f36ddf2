import { type FileResult, runTestFile } from '../testing/run-test-file.ts';
import { applyPatch } from './apply-patch.ts';
import { copyTree, removeTree } from './copy-tree.ts';
import type { Guard } from './read-guards.ts';

export interface GuardResult {
  readonly guard: Guard;
  readonly fate: Fate;
  /** What happened instead of what should have; null when the named test failed. */
  readonly details: string | null;
  readonly seconds: number;
}

type Fate =
  | 'killed'
  /** The test file did not end: the guard is missed, but nothing says which one. */
  | 'killed by hanging'
  | 'survived'
  /** Something fails, but not the named test. */
  | 'wrong test'
  /** The test fails with the guard, too. */
  | 'unsound';

/** As many test files at a time; each has a copy of the tree to itself. */
const copies = 2;
const baselineLimitSeconds = 120;

/** Runs each named test file with every guard in its place, then once more for each guard that is taken away. */
export async function tryGuards(
  guards: readonly Guard[],
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<GuardResult[]> {
  const folders = await Promise.all(Array.from({ length: copies }, copyTree));
  const baselines = new Map<string, FileResult>();
  const results: GuardResult[] = [];
  try {
    const testPaths = [...new Set(guards.map(({ testPath }) => testPath))];
    await workThrough(testPaths, folders, signal, async (path, folder) => {
      const baseline = await runTestFile({ path, folder }, baselineLimitSeconds, signal);
      if (signal.aborted) return;
      baselines.set(path, baseline);
      print(`with every guard: ${path} ${baseline.failed === 0 ? 'passes' : 'FAILS'}`);
    });
    await workThrough(guards, folders, signal, async (guard, folder) => {
      const result = await tryGuard(guard, baselines.get(guard.testPath), folder, signal);
      if (signal.aborted) return;
      results.push(result);
      print(
        `${results.length} of ${guards.length}: ${guard.name} ${result.fate}, ${result.seconds.toFixed(1)} s`,
      );
    });
  } finally {
    await Promise.all(folders.map(removeTree));
  }
  return results.sort((a, b) => a.guard.name.localeCompare(b.guard.name));
}

export function isKilled({ fate }: GuardResult): boolean {
  return fate === 'killed' || fate === 'killed by hanging';
}

async function workThrough<Item>(
  items: readonly Item[],
  folders: readonly string[],
  signal: AbortSignal,
  work: (item: Item, folder: string) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  await Promise.all(
    folders.map(async (folder) => {
      for (let item = waiting.shift(); item !== undefined && !signal.aborted; item = waiting.shift()) {
        await work(item, folder);
      }
    }),
  );
}

async function tryGuard(
  guard: Guard,
  baseline: FileResult | undefined,
  folder: string,
  signal: AbortSignal,
): Promise<GuardResult> {
  if (baseline === undefined || baseline.failed > 0) {
    const details = `fails with the guard, too: ${describeFailed(baseline)}`;
    return { guard, fate: 'unsound', details, seconds: baseline?.seconds ?? 0 };
  }
  const restore = await applyPatch(guard.patchPath, folder);
  const limitSeconds = Math.ceil(20 + 3 * baseline.seconds);
  const result = await runTestFile({ path: guard.testPath, folder }, limitSeconds, signal);
  await restore();
  return { guard, ...judge(guard, result), seconds: result.seconds };
}

function judge({ title }: Guard, result: FileResult): Pick<GuardResult, 'fate' | 'details'> {
  if (result.hung) return { fate: 'killed by hanging', details: null };
  if (listFailed(result).some((failed) => failed.includes(title))) return { fate: 'killed', details: null };
  if (result.failed === 0) return { fate: 'survived', details: `"${title}" passes without the guard` };
  return { fate: 'wrong test', details: `"${title}" passes; what fails: ${describeFailed(result)}` };
}

function describeFailed(result: FileResult | undefined): string {
  if (result === undefined) return 'it was not run';
  return [...listFailed(result), ...(result.fault === null ? [] : [result.fault])].join('; ');
}

/** The titles in uvu's own account of what failed. */
function listFailed({ output }: FileResult): string[] {
  return [...output.matchAll(/^ {3}FAIL {2}.*?"(.*)"$/gm)].map(([, title = '']) => title);
}
