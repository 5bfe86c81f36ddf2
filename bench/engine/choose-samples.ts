import { randomInt } from 'node:crypto';

/** `k / rate` may be a rounding error below a whole number. */
const roundingError = 1e-9;

/**
 * Says of each request, asked in the order of their numbers from 0, whether its body is hashed: the first one's is, and of
 * each further stretch of `1 / rate` requests one that is drawn anew in every load. A request carries its number: were
 * it known which are hashed, a server could answer all others with any bytes.
 */
export function createSampler(rate: number): (requestNumber: number) => boolean {
  let stretches = 0;
  let end = 0;
  let chosen = -1;
  return (requestNumber) => {
    if (rate > 0 && requestNumber === end) {
      stretches += 1;
      end = Math.max(requestNumber + 1, Math.floor(stretches / rate + roundingError));
      chosen = requestNumber === 0 ? 0 : randomInt(requestNumber, end);
    }
    return requestNumber === chosen;
  };
}
