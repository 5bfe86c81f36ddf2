const tag = '(?:W/)?"[\\x21\\x23-\\x7e\\x80-\\xff]*"';
const list = new RegExp(`^[ \\t]*(?:${tag}[ \\t]*)?(?:,[ \\t]*(?:${tag}[ \\t]*)?)*$`);
const eachTag = new RegExp(tag, 'g');

/**
 * Whether `If-Match` (strong) or `If-None-Match` (weak) names a strong entity tag: RFC 9110, sections 8.8.3 and 13.1.
 * A list that cannot be read to its end names nothing.
 */
export function namesTag(header: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (header.trim() === '*') return true;
  if (!list.test(header)) return false;
  return [...header.matchAll(eachTag)].some(
    ([candidate]) => candidate === etag || (comparison === 'weak' && candidate === `W/${etag}`),
  );
}
