const sha256 = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/;

/** `sha256:<hex>` from a `Repr-Digest` (RFC 9530); null where it has no SHA-256. */
export function parseReprDigest(header: string | null): string | null {
  const [, base64] = sha256.exec(header ?? '') ?? [];
  return base64 === undefined ? null : `sha256:${Buffer.from(base64, 'base64').toString('hex')}`;
}
