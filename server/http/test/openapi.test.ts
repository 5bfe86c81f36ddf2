import { Ajv2020 } from 'ajv/dist/2020.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { routes } from '../../../contract/routes.ts';
import { describeApi } from '../openapi/describe-api.ts';

interface Media {
  readonly schema: object;
  readonly example?: unknown;
}
interface Described {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
}

const test = suite('OpenAPI document');
const api = describeApi('1') as {
  openapi: string;
  paths: Record<string, Record<string, Described>>;
  components: object;
};
const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
);

test('it has every route of the contract', () => {
  for (const route of Object.values(routes)) {
    assert.ok(api.paths[route.replaceAll(/:(\w+)/g, '{$1}')], route);
  }
});

test('operation ids are unique, and every operation tells what it answers when a store is away', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  assert.is(new Set(ids).size, ids.length);
  for (const { name, operation } of operations) assert.ok(operation.responses['503'], name);
});

test('every example is what its schema describes', () => {
  const ajv = new Ajv2020({ strict: false, formats: { uuid: true, 'date-time': true, binary: true } });
  ajv.addSchema({ $id: 'https://api.test/', components: api.components });
  let checked = 0;
  for (const { name, operation } of operations) {
    const bodies = [
      ...Object.values(operation.responses),
      ...(operation.requestBody ? [operation.requestBody] : []),
    ];
    for (const { schema, example } of bodies.flatMap(({ content = {} }) => Object.values(content))) {
      if (example === undefined) continue;
      const text = JSON.stringify(schema).replaceAll('"#/components', '"https://api.test/#/components');
      const isRight = ajv.validate(JSON.parse(text), example);
      assert.ok(isRight, `${name}: ${ajv.errorsText()}`);
      checked += 1;
    }
  }
  assert.ok(checked > 60, `${checked} examples`);
});

test.run();
