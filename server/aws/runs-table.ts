import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { runsTable } from '../../contract/tables.ts';
import { reachWithin } from './reach-within.ts';
import { unlessRefused } from './write-if.ts';

export interface ItemKey {
  readonly run_id: string;
  readonly item: string;
}

export type Item = Record<string, unknown>;

/** A DynamoDB condition; `#name` stands for the attribute of that name. */
export interface Condition {
  readonly condition: string;
  readonly values?: Readonly<Item>;
}

export interface Change extends Partial<Condition> {
  readonly update: string;
}

export interface ItemPage {
  readonly items: Item[];
  /** Where the next page starts; null on the last one. */
  readonly next: Item | null;
}

/** Longer than any healthy answer, shorter than a lease: a store that hangs must not cost a runner its run. */
const defaultCallLimitMs = 2_500;

/** The runs table, one item a call, reads consistent. A condition that does not hold is an answer, not an error. */
export class RunsTable {
  readonly #dynamodb: DynamoDBDocumentClient;
  readonly #name: string;
  readonly #callLimitMs: number;

  constructor(dynamodb: DynamoDBDocumentClient, name: string, callLimitMs = defaultCallLimitMs) {
    this.#dynamodb = dynamodb;
    this.#name = name;
    this.#callLimitMs = callLimitMs;
  }

  async get(key: ItemKey): Promise<Item | null> {
    const command = new GetCommand({ TableName: this.#name, Key: { ...key }, ConsistentRead: true });
    const { Item } = await this.#reach((limit) => this.#dynamodb.send(command, limit));
    return Item ?? null;
  }

  /** Whether the condition held and the item was written. */
  async put(item: Item & ItemKey, condition?: Condition): Promise<boolean> {
    const command = new PutCommand({ TableName: this.#name, Item: item, ...describeCondition(condition) });
    return (await this.#write((limit) => this.#dynamodb.send(command, limit))) !== null;
  }

  /** The item as it is now, or null when the condition did not hold. */
  async update(key: ItemKey, { update, condition, values }: Change): Promise<Item | null> {
    const command = new UpdateCommand({
      TableName: this.#name,
      Key: { ...key },
      UpdateExpression: update,
      ...(condition === undefined ? {} : { ConditionExpression: condition }),
      ...nameAttributes(`${update} ${condition ?? ''}`),
      ...(values ? { ExpressionAttributeValues: values } : {}),
      ReturnValues: 'ALL_NEW',
    });
    const updated = await this.#write((limit) => this.#dynamodb.send(command, limit));
    return updated && (updated.Attributes ?? {});
  }

  /** Whether the condition held and the item is gone. */
  async delete(key: ItemKey, condition: Condition): Promise<boolean> {
    const command = new DeleteCommand({
      TableName: this.#name,
      Key: { ...key },
      ...describeCondition(condition),
    });
    return (await this.#write((limit) => this.#dynamodb.send(command, limit))) !== null;
  }

  /** All items of one run whose sort key begins with `prefix`, in its order. */
  async list(runId: string, prefix: string): Promise<Item[]> {
    return this.#queryAll(describePrefix(runId, prefix));
  }

  /** All items of one run whose sort keys lie between the two, both included, in their order. */
  async listBetween(runId: string, first: string, last: string): Promise<Item[]> {
    return this.#queryAll({
      KeyConditionExpression: '#run_id = :run_id AND #item BETWEEN :first AND :last',
      ...nameAttributes('#run_id #item'),
      ExpressionAttributeValues: { ':run_id': runId, ':first': first, ':last': last },
      ConsistentRead: true,
    });
  }

  /** The one of them whose sort key comes last. */
  async findLast(runId: string, prefix: string): Promise<Item | null> {
    const { items } = await this.#query({
      ...describePrefix(runId, prefix),
      ScanIndexForward: false,
      Limit: 1,
    });
    return items[0] ?? null;
  }

  /** One page of the index of runs, newest first. The index may lag behind the items. */
  listByStart(kind: string, limit: number, start: Item | null): Promise<ItemPage> {
    return this.#query({
      IndexName: runsTable.indexes[0].name,
      KeyConditionExpression: '#kind = :kind',
      ...nameAttributes('#kind'),
      ExpressionAttributeValues: { ':kind': kind },
      ScanIndexForward: false,
      Limit: limit,
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
  }

  async #queryAll(input: Omit<QueryCommandInput, 'TableName'>): Promise<Item[]> {
    const items: Item[] = [];
    let next: Item | null = null;
    do {
      const page: ItemPage = await this.#query({ ...input, ...(next ? { ExclusiveStartKey: next } : {}) });
      items.push(...page.items);
      next = page.next;
    } while (next);
    return items;
  }

  async #query(input: Omit<QueryCommandInput, 'TableName'>): Promise<ItemPage> {
    const command = new QueryCommand({ TableName: this.#name, ...input });
    const { Items, LastEvaluatedKey } = await this.#reach((limit) => this.#dynamodb.send(command, limit));
    return { items: Items ?? [], next: LastEvaluatedKey ?? null };
  }

  /** Null when the write's condition did not hold. */
  #write<Result>(send: Send<Result>): Promise<Result | null> {
    return unlessRefused(() => this.#reach(send));
  }

  #reach<Result>(send: Send<Result>): Promise<Result> {
    return reachWithin('DynamoDB', this.#callLimitMs, send);
  }
}

type Send<Result> = (options: { abortSignal: AbortSignal }) => Promise<Result>;

function describeCondition(condition: Condition | undefined) {
  if (!condition) return {};
  return {
    ConditionExpression: condition.condition,
    ...nameAttributes(condition.condition),
    ...(condition.values ? { ExpressionAttributeValues: condition.values } : {}),
  };
}

function describePrefix(runId: string, prefix: string) {
  return {
    KeyConditionExpression: '#run_id = :run_id AND begins_with(#item, :prefix)',
    ...nameAttributes('#run_id #item'),
    ExpressionAttributeValues: { ':run_id': runId, ':prefix': prefix },
    ConsistentRead: true,
  };
}

function nameAttributes(expressions: string): { ExpressionAttributeNames?: Record<string, string> } {
  const names = expressions.match(/#\w+/g) ?? [];
  if (names.length === 0) return {};
  return { ExpressionAttributeNames: Object.fromEntries(names.map((name) => [name, name.slice(1)])) };
}
