import { experimentOperations } from './experiment-operations.ts';
import { healthOperations } from './health-operations.ts';
import { modelOperations } from './model-operations.ts';
import { componentSchemas, type Operation } from './operation.ts';
import { performanceOperations } from './performance-operations.ts';

const operations: readonly Operation[] = [
  ...performanceOperations,
  ...experimentOperations,
  ...modelOperations,
  ...healthOperations,
];

/** The whole API as OpenAPI 3.1, its schemas made from those that check what goes in and out. */
export function describeApi(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path, ...operation } of operations) {
    const template = path.replaceAll(/:(\w+)/g, '{$1}');
    paths[template] = { ...paths[template], [method]: operation };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'modelrig',
      version,
      description:
        'A model registry, together with the rig that measures it. Errors are RFC 9457 problem documents.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'performance' },
      { name: 'experiments' },
      { name: 'models' },
      { name: 'health' },
      { name: 'dashboard' },
    ],
    paths,
    components: {
      schemas: componentSchemas,
      securitySchemes: {
        triggerToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'TRIGGER_TOKEN, where the service has one.',
        },
      },
    },
  };
}
