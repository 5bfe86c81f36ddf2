import * as pulumi from '@pulumi/pulumi';
import { type Config, readConfig } from './config.ts';
import { FargateService } from './fargate-service.ts';
import { Image } from './image.ts';
import { LambdaService } from './lambda-service.ts';
import { Network } from './network.ts';
import { Observability, storageSignals } from './observability.ts';
import { describeCommands, describeStorage } from './outputs.ts';
import { Publisher } from './publisher.ts';
import { Runner } from './runner.ts';
import { RunnerPlace } from './runner-place.ts';
import { Storage } from './storage.ts';
import { TriggerToken } from './trigger-token.ts';
import { warnOfExposure } from './warn-of-exposure.ts';

/** What a stack is made of: stores, and on Fargate or Lambda the service with the runners that load it. */
const config = readConfig(pulumi.runtime.allConfig(), process.env);
warnOfExposure(config);

const storage = new Storage('storage', { isProtected: config.prod });

export default {
  ...describeStorage(config.region, storage),
  ...(config.computeBackend === 'local' ? {} : deploy(config, config.computeBackend)),
};

function deploy({ region, ...settings }: Config, computeBackend: 'fargate' | 'lambda') {
  const network = new Network('network', { region, ...settings.network });
  const image = new Image('image', settings);
  const token = new TriggerToken('trigger-token');

  const platform = { ...settings, region, image };
  const runners = new RunnerPlace('runners', { platform, network, storage });
  const service =
    computeBackend === 'fargate'
      ? new FargateService('service', { config, platform, network, storage, token, runners })
      : new LambdaService('service', { config, storage, token, runners });
  new Runner('runner', { platform, runners, storage, service, computeBackend, size: settings.runnerSize });
  const publisher = new Publisher('publisher', { platform, storage });

  const { dashboardUrl } = new Observability('dashboard', {
    region,
    signals: [...service.signals, ...storageSignals(storage)],
    alarmTopicArn: settings.alarmTopicArn,
  });
  return {
    serviceUrl: service.url,
    ...(service instanceof FargateService && { loadBalancerHost: service.loadBalancerHost }),
    dashboardUrl,
    ...describeCommands({ region, service, token, publisher, runners, network }),
  };
}
