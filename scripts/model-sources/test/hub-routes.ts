import { createHash } from 'node:crypto';

export interface HubModel {
  readonly id: string;
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** Paths in large file storage: their resolve route leads to another address. */
  readonly large?: readonly string[];
  /** Beside, or instead of, what the listing says of every model. */
  readonly entry?: Readonly<Record<string, unknown>>;
}

export interface HubAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface HubAddresses {
  readonly hub: string;
  readonly storage: string;
}

/** What the hub answers when nothing is wrong: listing, one model, its tree, its files. */
export function answerHub(
  models: readonly HubModel[],
  pageSize: number,
  addresses: HubAddresses,
  target: string,
): HubAnswer {
  const url = new URL(target, addresses.hub);
  const path = decodeURIComponent(url.pathname);
  if (path === '/api/models') {
    const { pipeline_tag, sort } = Object.fromEntries(url.searchParams);
    if (pipeline_tag !== 'text-generation' || sort !== 'likes') return refuse(400, 'another listing');
    return answerPage(url, models.map(describeEntry), pageSize);
  }
  const model = models.find(({ id }) =>
    [`/api/models/${id}/`, `/${id}/resolve/`].some((root) => path.startsWith(root)),
  );
  if (!model) return refuse(404, 'Repository not found');
  const { sha } = describeEntry(model);
  const file = `/${model.id}/resolve/${sha}/`;
  if (path === `/api/models/${model.id}/revision/HEAD`) return answerJson(describeEntry(model));
  if (path === `/api/models/${model.id}/tree/${sha}`) {
    const isRecursive = url.searchParams.get('recursive') === 'true';
    const names = Object.keys(model.files).filter((name) => isRecursive || !name.includes('/'));
    return answerPage(
      url,
      names.map((name) => describeFile(model, name)),
      pageSize,
    );
  }
  return path.startsWith(file)
    ? answerFile(model, path.slice(file.length), addresses)
    : refuse(404, 'Not found');
}

/** The address to which the hub leads for a large file. */
export function answerStorage(models: readonly HubModel[], target: string): HubAnswer {
  const [, id, path = ''] = target.split('!');
  const content = models.find((model) => model.id === id)?.files[decodeURIComponent(path)] ?? '';
  return { status: 200, headers: {}, body: Buffer.from(content) };
}

function answerPage(url: URL, items: readonly unknown[], pageSize: number): HubAnswer {
  const start = Number(url.searchParams.get('cursor') ?? 0);
  const next = new URL(url);
  next.searchParams.set('cursor', String(start + pageSize));
  const isLast = start + pageSize >= items.length;
  return answerJson(items.slice(start, start + pageSize), isLast ? {} : { link: `<${next.href}>; rel="next"` });
}

function answerFile(model: HubModel, name: string, { storage }: HubAddresses): HubAnswer {
  const content = model.files[name];
  if (content === undefined) return refuse(404, 'Entry not found');
  if (!model.large?.includes(name)) return { status: 200, headers: {}, body: Buffer.from(content) };
  const location = `${storage}/large/!${model.id}!${encodeURIComponent(name)}`;
  return { status: 302, headers: { location }, body: Buffer.alloc(0) };
}

function answerJson(document: unknown, headers: Record<string, string> = {}): HubAnswer {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { status: 200, headers: { ...type, ...headers }, body: Buffer.from(JSON.stringify(document)) };
}

export function refuse(status: number, error: string, headers: Record<string, string> = {}): HubAnswer {
  const reason = { 'content-type': 'application/json', 'x-error-message': error };
  return { status, headers: { ...reason, ...headers }, body: Buffer.from(JSON.stringify({ error })) };
}

function describeEntry({ id, entry }: HubModel) {
  return {
    _id: createHash('md5').update(id).digest('hex').slice(0, 24),
    id,
    sha: createHash('sha1').update(id).digest('hex'),
    private: false,
    gated: false,
    disabled: false,
    downloads: 1,
    likes: 1,
    pipeline_tag: 'text-generation',
    lastModified: '2026-01-01T00:00:00.000Z',
    ...entry,
  };
}

function describeFile({ files, large }: HubModel, path: string): unknown {
  const content = Buffer.from(files[path] ?? '');
  const entry = { type: 'file', path, size: content.length };
  if (!large?.includes(path)) return { ...entry, oid: gitBlobId(content) };
  const oid = createHash('sha256').update(content).digest('hex');
  const pointer = Buffer.from(`oid sha256:${oid}`);
  return { ...entry, oid: gitBlobId(pointer), lfs: { oid, size: content.length, pointerSize: pointer.length } };
}

function gitBlobId(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
