import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasJournal } from '../lab/journal.ts';

/**
 * Makes room for a new draft: a finished one in `folder` goes to the first free of `folder.1`, `folder.2` and so on, which
 * no experiment can be called. Gives its new place; null where there is none, or one that is not finished.
 */
export async function keepFinishedDraft(folder: string): Promise<string | null> {
  if (!(await exists(join(folder, 'report.json'))) || (await hasJournal(folder))) return null;
  for (let number = 1; ; number += 1) {
    const place = `${folder}.${number}`;
    if (await exists(place)) continue;
    await rename(folder, place);
    return place;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
