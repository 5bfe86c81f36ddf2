import { isDeepStrictEqual } from 'node:util';
import { modelsTable, runsTable, type TableKeys } from '../../../contract/tables.ts';
import { findOf, type Resources } from '../support/find-resource.ts';

/** Tables whose keys, indexes or expiry are not the contract's. */
export function findTableFaults(resources: Resources): string[] {
  return [...compare('models', modelsTable), ...compare('runs', runsTable)];

  function compare(name: string, keys: TableKeys): string[] {
    const {
      hashKey,
      rangeKey,
      attributes,
      globalSecondaryIndexes = [],
      ttl,
    } = findOf(resources, 'dynamodb:Table', name).inputs as unknown as TableInputs;
    const found: TableKeys = {
      partitionKey: hashKey,
      sortKey: rangeKey,
      indexes: globalSecondaryIndexes.map((index) => ({
        name: index.name,
        partitionKey: index.keySchemas.find(({ keyType }) => keyType === 'HASH')?.attributeName ?? '',
        sortKey: index.keySchemas.find(({ keyType }) => keyType === 'RANGE')?.attributeName ?? '',
      })),
      ttlAttribute: ttl?.enabled ? ttl.attributeName : null,
    };
    const needed = new Set(
      [keys, ...keys.indexes].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]),
    );
    const declared = new Set(attributes.map((attribute) => attribute.name));
    return [
      ...(isDeepStrictEqual(found, keys)
        ? []
        : [`The table ${name} has ${JSON.stringify(found)}; the contract says ${JSON.stringify(keys)}`]),
      ...(isDeepStrictEqual(declared, needed)
        ? []
        : [`The table ${name} declares ${[...declared]}, not ${[...needed]}`]),
    ];
  }
}

interface TableInputs {
  readonly hashKey: string;
  readonly rangeKey: string;
  readonly attributes: readonly { name: string }[];
  readonly globalSecondaryIndexes?: readonly {
    name: string;
    keySchemas: readonly { attributeName: string; keyType: string }[];
  }[];
  readonly ttl?: { attributeName: string; enabled: boolean };
}
