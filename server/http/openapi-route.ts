import type Router from '@koa/router';
import { routes } from '../../contract/routes.ts';
import { describeApi } from './openapi/describe-api.ts';

/** What this service can be asked, for programs. */
export function addOpenApiRoute(router: Router): void {
  const api = JSON.stringify(describeApi('1'));
  router.get(routes.openapi, (ctx) => {
    ctx.set('Cache-Control', 'no-cache');
    ctx.type = 'application/json; charset=utf-8';
    ctx.body = api;
  });
}
