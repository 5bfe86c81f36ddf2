import { registerHooks } from 'node:module';

/**
 * Preloaded into a preview: changes the text of one file of the program as it is loaded. `CHANGE` holds the file's name,
 * what is taken out of it (it has to be there once) and what comes in its place.
 */
const { file, take, put } = JSON.parse(process.env.CHANGE ?? '') as { file: string; take: string; put: string };

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(`/infra/${file}`)) return loaded;
    const parts = String(loaded.source).split(take);
    if (parts.length !== 2) throw new Error(`infra/${file} holds ${parts.length - 1} times: ${take}`);
    return { ...loaded, source: parts.join(put) };
  },
});
