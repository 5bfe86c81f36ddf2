import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Profile } from '../../../contract/delivery-settings.ts';
import { DomainError } from '../../domain-error.ts';
import { applyProfile } from '../apply-profile.ts';

const test = suite('apply profile');
const own = { delivery: 'buffered', download_concurrency: 100, s3_max_sockets: 150, workers: 4 } as const;

test('limits that give a worker of the service less than one are refused, naming the field', () => {
  for (const name of ['download_concurrency', 's3_max_sockets'] as const) {
    assert.equal(readFaults({ [name]: 3 }), [
      { field: `profile.${name}`, value: 3, allowed: 'at least 4, one for each worker of the service' },
    ]);
    assert.is(applyProfile(own, { [name]: 4 })[name], 4);
  }
});

test('a service that is one process takes limits of one', () => {
  const { workers: _, ...alone } = own;
  const settings = applyProfile(alone, { download_concurrency: 1, s3_max_sockets: 1 });
  assert.equal(settings, { delivery: 'buffered', download_concurrency: 1, s3_max_sockets: 1 });
});

test('more connections than there are open files for are refused, naming what there are', () => {
  const rule = 'what the limit of open files (ulimit -n) leaves for a run';
  assert.equal(readFaults({ s3_max_sockets: 209 }, 208), [
    { field: 'profile.s3_max_sockets', value: 209, allowed: `at most 208, ${rule}` },
  ]);
  assert.is(applyProfile(own, { s3_max_sockets: 208 }, { mostSockets: 208 }).s3_max_sockets, 208);
});

test('a profile that says nothing of connections is refused where there are none for those of the service once more', () => {
  const [fault] = readFaults({ delivery: 'streamed' }, 149) ?? [];
  assert.equal([fault?.field, fault?.value], ['profile.s3_max_sockets', 150]);
  assert.match(fault?.allowed ?? '', /^at most 149, .*; left out, it is that of the service$/);
});

test('where a run has no connections any profile is refused, and a run without one is not', () => {
  const [fault] = readFaults({ s3_max_sockets: 4 }, 3) ?? [];
  assert.match(fault?.allowed ?? '', /^no profile: .*ulimit -n/);
  assert.equal(applyProfile(own, undefined, { mostSockets: 0 }), own);
});

test('all that is wrong with a profile is told together', () => {
  const profile = {
    delivery: 'redirected',
    download_concurrency: 9,
    s3_max_sockets: 3,
    cache_bytes: 5,
  } as const;
  const faults = readFaults(profile, 2) ?? [];
  assert.equal(faults.map(({ field }) => field).sort(), [
    'profile.cache_bytes',
    'profile.download_concurrency',
    'profile.s3_max_sockets',
    'profile.s3_max_sockets',
  ]);
});

function readFaults(profile: Profile, mostSockets?: number) {
  try {
    applyProfile(own, profile, mostSockets === undefined ? {} : { mostSockets });
  } catch (error) {
    if (error instanceof DomainError) return error.faults;
    throw error;
  }
  throw new Error('It was not refused.');
}

test.run();
