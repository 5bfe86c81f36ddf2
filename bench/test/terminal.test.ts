import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Progress } from '../../contract/run.ts';
import { Terminal } from '../cli/terminal.ts';

const test = suite('terminal');
const base: Progress = {
  elapsed_seconds: 2,
  total_requests: 500,
  done: 40,
  failed: 3,
  in_flight: 5,
  received_bytes: 40 * 24_834_009,
  bytes_per_second: 104_857_600,
};

test('progress of large bodies is in bytes, that of small ones in the requests of the last moment', () => {
  const [large] = show(base);
  assert.is(large, 'load      37 of 500 done, 5 in flight, 3 failed, 100.0 MiB/s, 2 s');
  const small = { ...base, received_bytes: 4_000 };
  const [, later] = show(small, { ...small, elapsed_seconds: 4, done: 100 });
  assert.match(later ?? '', '97 of 500 done, 5 in flight, 3 failed, 30.0 requests/s, 4 s');
});

test('what was throttled or dropped is neither done nor failed', () => {
  const [line] = show({ ...base, throttled: 7, dropped: 104 });
  assert.match(line ?? '', '30 of 500 done, 5 in flight, 3 failed, 7 throttled, 104 dropped, ');
});

test.run();

/** The lines that a terminal shows, each in place of the one before. */
function show(...progress: readonly Progress[]): string[] {
  const lines: string[] = [];
  const write = (text: string) => lines.push(text.replace('\r\x1b[2K', ''));
  const terminal = new Terminal({ write, isTTY: true, columns: 200 } as unknown as NodeJS.WriteStream);
  for (const one of progress) terminal.showProgress(one);
  return lines;
}
