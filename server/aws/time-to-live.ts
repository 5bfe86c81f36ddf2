/** The `expires_at` of an item written now: seconds since the epoch, as DynamoDB's time to live wants it. */
export function expiresInDays(days: number): number {
  return Math.floor(Date.now() / 1_000) + days * 86_400;
}
