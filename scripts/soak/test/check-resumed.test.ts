import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Catalogue } from '../catalogue.ts';
import { checkResumed } from '../check-resumed.ts';
import { makeContent, readContent } from '../content.ts';
import { Strikes } from '../strikes.ts';

const test = suite('check resumed');
const content = makeContent(1, 1_000);
const catalogue = new Catalogue();
catalogue.end(catalogue.begin('m', 'main', content, 0), 'acknowledged', 10);
const flips = new Strikes();
flips.begin('s3-flips', 100)(120);

test('parts that make up what was published are right', () => {
  assert.equal(check({}), { isFlipped: false, finding: null });
});

test('a byte that S3 flipped before a cut is explained, one of each part that was cut', () => {
  assert.equal(check({ spoil: { 40: 0x10 } }), { isFlipped: true, finding: null });
  assert.equal(check({ spoil: { 40: 0x10, 700: 0x10 } }), { isFlipped: true, finding: null });
});

test('a byte that differs otherwise, a second one, or one after the last cut is wrong', () => {
  for (const spoil of [{ 40: 0x11 }, { 40: 0x10, 41: 0x10 }, { 900: 0x10 }]) {
    assert.is(check({ spoil }).finding?.kind, 'wrong bytes', JSON.stringify(spoil));
  }
});

test('a flipped byte is wrong where S3 flipped none by then', () => {
  assert.is(check({ spoil: { 40: 0x10 }, strikes: new Strikes() }).finding?.kind, 'wrong bytes');
  assert.is(check({ spoil: { 40: 0x10 }, startedMs: 50_000 }).finding?.kind, 'wrong bytes');
});

test('a body that is too short, and one that nobody published, are wrong', () => {
  assert.is(check({ cuts: [0, 500, 800, 999] }).finding?.kind, 'wrong bytes');
  assert.is(check({ tag: '"sha256:0"' }).finding?.kind, 'wrong bytes');
});

test.run();

interface Body {
  /** By place what to change of the byte there. */
  readonly spoil?: Readonly<Record<number, number>>;
  readonly cuts?: readonly number[];
  readonly strikes?: Strikes;
  readonly startedMs?: number;
  readonly tag?: string;
}

function check({ spoil = {}, cuts = [0, 500, 800, 1_000], strikes = flips, startedMs = 110, tag }: Body) {
  const bytes = readContent(content, 0, content.sizeBytes);
  for (const [at, mask] of Object.entries(spoil)) bytes[Number(at)] = (bytes[Number(at)] ?? 0) ^ mask;
  const parts = cuts.slice(1).map((end, index) => ({
    bytes: bytes.subarray(cuts[index], end),
    startedMs,
    endedMs: startedMs + 5,
  }));
  return checkResumed(catalogue, strikes, { id: 'm', version: 'main' }, tag ?? `"${content.digest}"`, parts);
}
