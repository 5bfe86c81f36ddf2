import type Router from '@koa/router';
import type { Model, ModelsPage } from '../../contract/models.ts';
import { routes } from '../../contract/routes.ts';
import { DomainError } from '../domain-error.ts';
import type { ModelStore } from '../registry/stores.ts';
import { findModel } from './find-model.ts';
import { readId, readModelPath } from './path-parameters.ts';
import { readPageQuery } from './read-page-query.ts';
import { showVersion } from './show-version.ts';

const defaultLimit = 50;

/** What the registry holds: all published versions in pages, those of one model, and a single one. */
export function addModelRoutes(router: Router, { models }: { models: ModelStore }): void {
  router.get(routes.models, async (ctx) => {
    const { records, nextCursor } = await models.listModels(readPageQuery(ctx, defaultLimit));
    ctx.body = { models: records.map(showVersion), next_cursor: nextCursor } satisfies ModelsPage;
  });

  router.get(routes.model, async (ctx) => {
    const id = readId(ctx.params);
    const records = await models.listVersions(id);
    const [first] = records;
    if (!first) throw new DomainError('model_not_found', `The registry has no model ${id}.`);
    ctx.body = { model_id: first.modelId, id, versions: records.map(showVersion) } satisfies Model;
  });

  router.get(routes.modelVersion, async (ctx) => {
    const { id, version } = readModelPath(ctx.params);
    ctx.body = showVersion(await findModel(models.find, id, version));
  });
}
