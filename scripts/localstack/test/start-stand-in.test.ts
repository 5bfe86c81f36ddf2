import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { skip } from '../../testing/skip.ts';
import { findPython, type Python } from '../find-python.ts';
import { startStandIn } from '../start-stand-in.ts';

const test = suite('start stand-in');
const python = await findPython().catch((error: Error) => error);
let folder = '';

/** In the place of the real one, of which nothing but its health matters here. */
const app = `
import http.server, os, sys
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["BIND_HOST"].encode())
    def log_message(self, *args):
        pass
def main():
    if os.path.exists(os.path.join(sys.path[0], "broken")):
        sys.exit("no engine")
    http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["GATEWAY_PORT"])), Health).serve_forever()
`;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stand-in-'));
  await mkdir(join(folder, 'ministack'));
  await writeFile(join(folder, 'ministack', 'app.py'), app);
});

test.after(async () => {
  await rm(folder, { recursive: true, force: true });
});

if (python instanceof Error) skip(test, 'the stand-in ends with its parent', python.message);
else testWith(python);

function testWith({ path }: Python): void {
  test('it answers once it is started, on loopback, and not any more once it is stopped', async () => {
    const standIn = await startStandIn({ python: path, folder });
    assert.is(await answer(standIn.url), '127.0.0.1');
    await standIn.stop();
    assert.is(await answer(standIn.url), null);
  });

  test('it is gone within three seconds after its parent was killed', async () => {
    const source = `
      const { startStandIn } = await import(${JSON.stringify(resolve('scripts/localstack/start-stand-in.ts'))});
      console.log((await startStandIn(${JSON.stringify({ python: path, folder })})).url);`;
    const parent = execa(process.execPath, ['--input-type=module', '--eval', source], {
      reject: false,
      buffer: { stdout: false },
    });
    const { value } = await parent.iterable()[Symbol.asyncIterator]().next();
    const url = String(value);
    assert.is(await answer(url), '127.0.0.1');
    parent.kill('SIGKILL');
    const deadline = performance.now() + 3_000;
    while ((await answer(url)) !== null) {
      assert.ok(performance.now() < deadline, 'it still answers');
      await sleep(20);
    }
  });

  test('one that ends at once is told with what it said', async () => {
    await writeFile(join(folder, 'broken'), '');
    try {
      await startStandIn({ python: path, folder });
      assert.unreachable();
    } catch (error) {
      assert.match(String(error), /did not start[\s\S]*no engine/);
    }
  });
}

test('everything that is installed is pinned by version and digest', async () => {
  const requirements = await readFile('scripts/localstack/requirements.txt', 'utf8');
  const packages = requirements.replaceAll('\\\n', '').match(/^[a-z].*$/gm) ?? [];
  assert.ok(packages.some((line) => line.startsWith('ministack==1.5.33 ')));
  for (const line of packages) assert.match(line, /^[a-z0-9-]+==\S+ .*--hash=sha256:[0-9a-f]{64}/);
});

async function answer(url: string): Promise<string | null> {
  return fetch(url).then(
    (response) => response.text(),
    () => null,
  );
}

test.run();
