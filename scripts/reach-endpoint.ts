import { CommandError } from '../bench/cli/exit-codes.ts';
import type { CustomEndpoint } from './custom-endpoint.ts';

const answerLimitMs = 3_000;

/**
 * Asks a custom endpoint for its health as LocalStack tells it, and describes it in a line. Any HTTP answer will
 * do: other emulators know no such route.
 * @throws {CommandError} when nothing answers, or LocalStack runs without S3 or DynamoDB.
 */
export async function reachEndpoint({ variable, url }: CustomEndpoint): Promise<string> {
  const health = await askForHealth(variable, url);
  const place = `${url} (${variable})`;
  if (health === null) return place;
  const lacking = ['s3', 'dynamodb'].filter((service) => !isOffered(health.services[service]));
  if (lacking.length === 0) return `${place}, LocalStack-compatible${health.version}`;
  throw new CommandError(
    `${variable} is "${url}", which runs without ${lacking.join(' and ')}; start it with SERVICES=s3,dynamodb.`,
  );
}

interface Health {
  readonly services: Readonly<Record<string, unknown>>;
  /** ` 1.2.3`, or nothing. */
  readonly version: string;
}

async function askForHealth(variable: string, url: string): Promise<Health | null> {
  let text: string;
  try {
    const signal = AbortSignal.timeout(answerLimitMs);
    text = await (await fetch(new URL('/_localstack/health', url), { signal })).text();
  } catch (error) {
    const reason = describe(error);
    throw new CommandError(`${variable} is "${url}", where nothing answers (${reason}). Is it running?`, {
      cause: error,
    });
  }
  try {
    const { services, version } = JSON.parse(text) as { services?: Record<string, unknown>; version?: string };
    return services ? { services, version: version ? ` ${version}` : '' } : null;
  } catch {
    return null;
  }
}

function isOffered(state: unknown): boolean {
  return state === 'available' || state === 'running';
}

/** fetch says only that it failed; its cause knows why. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `nothing for ${answerLimitMs / 1_000} s`;
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
