import { listFiles, modelInfo } from '@huggingface/hub';
import { ModelUnavailable, SourceLost } from '../model-source.ts';
import { describeHubFault } from './describe-hub-fault.ts';
import { isEssentialFile } from './essential-files.ts';
import type { HubClient } from './hub-client.ts';
import type { HubFile } from './hub-file.ts';

/** What the hub says of a model beside its files. */
export interface HubEntry {
  readonly name: string;
  readonly sha?: string;
  readonly disabled?: boolean;
  readonly private?: boolean;
}

/** The files of a model at one commit: what is listed and what is downloaded cannot be of two. */
export interface PinnedModel {
  readonly name: string;
  readonly commit: string;
  /** By path. */
  readonly files: readonly HubFile[];
}

/** All files of a model. @throws {ModelUnavailable} or {SourceLost} */
export async function pinWholeModel(hub: HubClient, name: string, signal: AbortSignal): Promise<PinnedModel> {
  const entry = await askHub(() =>
    modelInfo({
      name,
      hubUrl: hub.endpoint,
      additionalFields: ['sha', 'disabled'],
      fetch: hub.fetchWhole(signal),
    }),
  );
  return pin(hub, entry, { recursive: true, isWanted: () => true }, signal);
}

/** The essential files of a model from the listing. @throws {ModelUnavailable} or {SourceLost} */
export async function pinEssentialFiles(
  hub: HubClient,
  entry: HubEntry,
  signal: AbortSignal,
): Promise<PinnedModel> {
  return pin(hub, entry, { recursive: false, isWanted: isEssentialFile }, signal);
}

async function pin(
  hub: HubClient,
  { name, sha, disabled, private: isPrivate }: HubEntry,
  { recursive, isWanted }: { recursive: boolean; isWanted: (file: HubFile) => boolean },
  signal: AbortSignal,
): Promise<PinnedModel> {
  if (disabled) throw new ModelUnavailable('is disabled on the hub');
  if (isPrivate) throw new ModelUnavailable('is private');
  if (!/^[0-9a-f]{40,64}$/.test(sha ?? '')) throw new ModelUnavailable('the hub names no commit of it');
  const commit = String(sha);
  const files: HubFile[] = [];
  await askHub(async () => {
    const listing = { repo: name, revision: commit, recursive, hubUrl: hub.endpoint };
    for await (const entry of listFiles({ ...listing, fetch: hub.fetchWhole(signal) })) {
      if (entry.type === 'file') files.push(describeFile(entry));
    }
  });
  const wanted = files.filter(isWanted).sort((a, b) => (a.path < b.path ? -1 : 1));
  if (wanted.length === 0) throw new ModelUnavailable('has no essential file');
  return { name, commit, files: wanted };
}

function describeFile(entry: { path: string; size: number; oid?: string; lfs?: { oid: string } }): HubFile {
  const { path, size: sizeBytes, oid = '', lfs } = entry;
  return { path, sizeBytes, digest: lfs ? { kind: 'sha256', hex: lfs.oid } : { kind: 'git-blob', hex: oid } };
}

async function askHub<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ModelUnavailable || error instanceof SourceLost) throw error;
    const reason = describeHubFault(error);
    throw reason === null ? error : new ModelUnavailable(reason, { cause: error });
  }
}
