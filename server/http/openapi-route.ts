import type Router from '@koa/router';
import { routes } from '../../contract/routes.ts';
import { describeApi } from './openapi/describe-api.ts';
import { sendTagged } from './send-tagged.ts';

/** What this service can be asked, for programs. */
export function addOpenApiRoute(router: Router): void {
  const api = JSON.stringify(describeApi('1'));
  router.get(routes.openapi, (ctx) => {
    sendTagged(ctx, 'application/json; charset=utf-8', api);
  });
}
