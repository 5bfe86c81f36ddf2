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

function readFaults(profile: Profile) {
  try {
    applyProfile(own, profile);
  } catch (error) {
    if (error instanceof DomainError) return error.faults;
    throw error;
  }
  throw new Error('It was not refused.');
}

test.run();
