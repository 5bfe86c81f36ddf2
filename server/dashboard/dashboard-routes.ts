import type Router from '@koa/router';
import type { Context } from 'koa';
import { routes } from '../../contract/routes.ts';
import { DomainError } from '../domain-error.ts';
import { createDocument, icon } from './page-document.ts';
import type { PageFile, PageFiles } from './page-files.ts';

/** Every page is the same document: its script reads the address and shows what belongs there. */
const pages = [
  '',
  '/runs/:run_id',
  '/compare',
  '/experiments',
  '/experiments/:name',
  '/experiments/:name/:number',
  '/reports',
  '/reports/:name',
  '/reports/:name/:number',
];

/** Nothing but the page's own files and the service's own answers, and in nobody's frame. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const aDayInSeconds = 86_400;
const aYearInSeconds = 31_536_000;

/** The dashboard's pages and their files. What they show, they ask of the same routes as everybody else. */
export function addDashboardRoutes(
  router: Router,
  { readPageFiles }: { readPageFiles: () => Promise<PageFiles> },
): void {
  router.get('/', (ctx) => ctx.redirect(routes.dashboard));

  for (const page of pages) {
    router.get(routes.dashboard + page, async (ctx) => sendPage(ctx, await readPageFiles()));
  }

  router.get(`${routes.dashboard}/icon.svg`, (ctx) => {
    ctx.set('Cache-Control', `public, max-age=${aDayInSeconds}`);
    ctx.type = 'image/svg+xml';
    ctx.body = icon;
  });

  router.get(`${routes.dashboard}/files/:name`, async (ctx) => {
    const { byName } = await readPageFiles();
    const file = byName.get(ctx.params.name ?? '');
    if (!file)
      throw new DomainError(
        'route_not_found',
        `The dashboard has no file of this name any more: reload the page.`,
      );
    ctx.status = 200;
    ctx.set('Cache-Control', `public, max-age=${aYearInSeconds}, immutable`);
    ctx.vary('Accept-Encoding');
    ctx.set('ETag', file.etag);
    if (ctx.fresh) ctx.status = 304;
    else sendFile(ctx, file);
  });

  // Whoever would rather have JSON than a page is answered as everywhere else.
  router.get(`${routes.dashboard}/{*unknown}`, async (ctx, next) => {
    if (ctx.accepts('json', 'html') !== 'html') return next();
    sendPage(ctx, await readPageFiles(), 404);
  });
}

function sendPage(ctx: Context, { script, style }: PageFiles, status = 200): void {
  ctx.status = status;
  ctx.set('Content-Security-Policy', contentSecurityPolicy);
  ctx.set('Cache-Control', 'no-cache');
  ctx.type = 'text/html; charset=utf-8';
  if (status === 200) ctx.etag = `${script} ${style}`;
  if (ctx.fresh) ctx.status = 304;
  else ctx.body = createDocument(fileUrl(script), fileUrl(style));
}

function fileUrl(name: string): string {
  return `${routes.dashboard}/files/${name}`;
}

function sendFile(ctx: Context, { mediaType, encodings }: PageFile): void {
  const encoding = ctx.acceptsEncodings('br', 'gzip', 'identity');
  const known = encoding === 'br' || encoding === 'gzip' ? encoding : 'identity';
  if (known !== 'identity') ctx.set('Content-Encoding', known);
  ctx.type = mediaType;
  ctx.body = encodings[known];
}
