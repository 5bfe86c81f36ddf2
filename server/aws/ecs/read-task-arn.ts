const limitMs = 2_000;

/** The ARN of the ECS task that this process runs in, by its metadata endpoint (version 4); null outside of ECS. */
export async function readTaskArn(env: Readonly<Record<string, string | undefined>>): Promise<string | null> {
  const address = env.ECS_CONTAINER_METADATA_URI_V4;
  if (!address) return null;
  const answer = await fetch(`${address}/task`, { signal: AbortSignal.timeout(limitMs) });
  const { TaskARN } = (await answer.json()) as { TaskARN?: unknown };
  return typeof TaskARN === 'string' ? TaskARN : null;
}
