import { registerHooks } from 'node:module';

/**
 * Preloaded into a preview: changes the text of files of the program as they are loaded. `CHANGES` is a list of a file's
 * name, what is taken out of it (it has to be there once) and what comes in its place.
 */
const changes = JSON.parse(process.env.CHANGES ?? '') as { file: string; take: string; put: string }[];

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const change = changes.find(({ file }) => url.endsWith(`/infra/${file}`));
    if (change === undefined) return loaded;
    const { file, take, put } = change;
    const parts = String(loaded.source).split(take);
    if (parts.length !== 2) throw new Error(`infra/${file} holds ${parts.length - 1} times: ${take}`);
    return { ...loaded, source: parts.join(put) };
  },
});
