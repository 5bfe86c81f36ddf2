import { type StoreCounts, storeCountsPath, storeCountsSchema } from '../../contract/store-counts.ts';

const limitMs = 2_000;

/** What a store counted itself; null where it does not, as S3 and its emulators. */
export async function readStoreCounts(storeUrl: string): Promise<StoreCounts | null> {
  try {
    const response = await fetch(storeUrl + storeCountsPath, { signal: AbortSignal.timeout(limitMs) });
    const parsed = response.ok ? storeCountsSchema.safeParse(await response.json()) : null;
    return parsed?.success ? parsed.data : null;
  } catch {
    return null;
  }
}
