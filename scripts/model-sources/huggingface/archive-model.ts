import { Readable } from 'node:stream';
import type { SourceArtifact } from '../model-source.ts';
import { type ArchiveFile, measureZip, zipFiles } from '../zip-files.ts';
import type { HubClient } from './hub-client.ts';
import type { HubFile } from './hub-file.ts';
import type { PinnedModel } from './pin-hub-model.ts';
import { readHubFile } from './read-hub-file.ts';

/** The zip of a model's files: its size follows from the hub's listing, its bytes stream from the hub. */
export function archiveModel(hub: HubClient, model: PinnedModel): SourceArtifact {
  return {
    sizeBytes: measureZip(describeFiles(model, () => Readable.from([]))),
    open: (signal) => streamZip(hub, model, signal),
  };
}

async function* streamZip(hub: HubClient, model: PinnedModel, signal: AbortSignal): AsyncGenerator<Buffer> {
  const leaving = new AbortController();
  const stop = AbortSignal.any([signal, leaving.signal]);
  const open = (file: HubFile) =>
    Readable.from(readHubFile(hub, file, locateFile(hub, model, file), stop), { objectMode: false });
  try {
    yield* zipFiles(describeFiles(model, open));
  } finally {
    // A read that waits for the hub would end with its silence only.
    leaving.abort();
  }
}

function describeFiles({ files }: PinnedModel, open: (file: HubFile) => Readable): ArchiveFile[] {
  return files.map((file) => ({ name: file.path, sizeBytes: file.sizeBytes, open: () => open(file) }));
}

function locateFile({ endpoint }: HubClient, { name, commit }: PinnedModel, { path }: HubFile): string {
  return `${endpoint}/${name}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
}
