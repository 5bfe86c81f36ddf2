import type { Catalogue, Interval } from './catalogue.ts';
import type { Finding } from './check-answer.ts';
import { type Content, readContent } from './content.ts';
import { flipMask } from './fault-proxy.ts';
import type { Strikes } from './strikes.ts';

/** The bytes of one answer, and when it was asked for and had come. */
export interface ReceivedPart extends Interval {
  readonly bytes: Buffer;
}

interface Resumed {
  /** Whether it differs from what was published, and S3 explains it. */
  readonly isFlipped: boolean;
  readonly finding: Finding | null;
}

/**
 * Holds a body that came in several parts, each cut but the last, against what was published under its tag. A part that was
 * cut may have one byte as `s3-flips` makes it, where that struck; nothing else may differ.
 */
export function checkResumed(
  catalogue: Catalogue,
  strikes: Strikes,
  { id, version }: { readonly id: string; readonly version: string },
  tag: string,
  parts: readonly ReceivedPart[],
): Resumed {
  const find = (text: string): Resumed => ({
    isFlipped: false,
    finding: { kind: 'wrong bytes', text: `${id}@${version}: resumed, ${text}` },
  });
  const content = catalogue.findContent(id, version, tag.replace(/^"(.*)"$/, '$1'));
  if (content === undefined) return find(`ETag ${tag} was never published`);
  const receivedBytes = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (receivedBytes !== content.sizeBytes) return find(`${receivedBytes} B, not ${content.sizeBytes} B`);

  let start = 0;
  let isFlipped = false;
  for (const [index, part] of parts.entries()) {
    const differences = compare(content, start, part.bytes);
    const [difference] = differences;
    if (difference !== undefined) {
      const { at, mask } = difference;
      const isCut = index < parts.length - 1;
      const mayFlip = isCut && differences.length === 1 && mask === flipMask;
      if (!mayFlip || !strikes.lasted(['s3-flips'], part)) {
        return find(`${differences.length} B differ from ${content.digest}, the first at ${at} by ${mask}`);
      }
      isFlipped = true;
    }
    start += part.bytes.length;
  }
  return { isFlipped, finding: null };
}

interface Difference {
  readonly at: number;
  readonly mask: number;
}

/** Where bytes differ from those of a content that begin at `start`. */
function compare(content: Content, start: number, bytes: Buffer): Difference[] {
  const right = readContent(content, start, start + bytes.length);
  if (right.equals(bytes)) return [];
  const differences: Difference[] = [];
  for (let index = 0; index < bytes.length; index += 1) {
    const mask = (bytes[index] ?? 0) ^ (right[index] ?? 0);
    if (mask !== 0) differences.push({ at: start + index, mask });
  }
  return differences;
}
