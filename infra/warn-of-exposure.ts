import * as pulumi from '@pulumi/pulumi';
import type { Config } from './config.ts';

/** Says at each preview what a person should know about who reaches the service, and how. */
export function warnOfExposure({ computeBackend, certificateArn, allowedCidrs }: Config): void {
  if (computeBackend === 'local') return;
  const say = (text: string) => void pulumi.log.warn(text);
  if (allowedCidrs.length === 0) {
    say(
      'allowedCidrs is empty: nobody outside reaches the service. Set it to your own address, see infra/README.md.',
    );
  } else if (computeBackend === 'fargate' && certificateArn === null) {
    say(
      `Without certificateArn the service speaks plain HTTP to ${allowedCidrs.join(', ')}: the trigger token passes unencrypted.`,
    );
  }
}
