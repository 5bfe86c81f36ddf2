import { headers as names } from '../../contract/headers.ts';
import type { RequestSpec } from '../scenario.ts';
import type { PlannedRequest } from './attempt-journal.ts';
import type { Address } from './open-connection.ts';

/**
 * Identity is asked for: a compressed body would say nothing about the bytes that were stored. The request carries its
 * id unless the headers name it otherwise.
 */
export function writeRequest(
  { id, spec }: PlannedRequest,
  authority: string,
  basePath: string,
  headers: Readonly<Record<string, string>>,
): Buffer {
  const given = { ...headers, ...spec.headers };
  const isNamed = Object.keys(given).some((name) => name.toLowerCase() === names.requestId);
  return writeHead(spec, `${basePath}${spec.path}`, authority, 'keep-alive', {
    ...(isNamed ? {} : { [names.requestId]: id }),
    ...given,
  });
}

/** For where a redirect leads: without the first request's headers, which are not meant for another server. */
export function writeOnwardRequest(
  spec: RequestSpec,
  { target, authority }: Address & { readonly target: string },
): Buffer {
  return writeHead(spec, target, authority, 'close', {});
}

function writeHead(
  { method, range }: RequestSpec,
  target: string,
  authority: string,
  connection: string,
  headers: Readonly<Record<string, string>>,
): Buffer {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `host: ${authority}`,
    `connection: ${connection}`,
    'accept: */*',
    'accept-encoding: identity',
    ...(range ? [`range: bytes=${range.first}-${range.last}`] : []),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}
