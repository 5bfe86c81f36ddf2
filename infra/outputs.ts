import * as pulumi from '@pulumi/pulumi';
import type { Network } from './network.ts';
import type { Publisher } from './publisher.ts';
import type { RunnerPlace } from './runner-place.ts';
import { storeVariables } from './service-variables.ts';
import type { Storage } from './storage.ts';
import type { TriggerToken } from './trigger-token.ts';

/** The stores, and the commands of a shell with credentials that lead to them. */
export function describeStorage(region: string, storage: Storage) {
  const variables = pulumi
    .all({ ...storeVariables(storage), AWS_REGION: region })
    .apply((values) => Object.entries(values).map(([name, value]) => `${name}=${value}`));
  return {
    modelsBucket: storage.modelsBucket.bucket,
    runsBucket: storage.runsBucket.bucket,
    modelsTable: storage.modelsTable.name,
    runsTable: storage.runsTable.name,
    exportStores: pulumi.interpolate`export ${variables.apply((pairs) => pairs.join(' '))}`,
    populateFromHere: pulumi.interpolate`${variables.apply((pairs) => pairs.join(' '))} npm run populate -- --performance`,
  };
}

/** What a person types next, each ready to be pasted. */
export function describeCommands(args: {
  readonly region: string;
  readonly service: { readonly url: pulumi.Output<string> };
  readonly token: TriggerToken;
  readonly publisher: Publisher;
  readonly runners: RunnerPlace;
  readonly network: Network;
}) {
  const { region, service, token, publisher, runners, network } = args;
  const readToken = `aws ssm get-parameter --region ${region} --name ${token.parameterName} --with-decryption --query Parameter.Value --output text`;
  const subnets = network.subnetIds.apply((ids) => ids.join(','));
  return {
    readToken,
    populateInside: pulumi.interpolate`aws ecs run-task --region ${region} --cluster ${runners.cluster.name} --task-definition ${publisher.family} --launch-type FARGATE --network-configuration 'awsvpcConfiguration={subnets=[${subnets}],securityGroups=[${runners.securityGroup.id}],assignPublicIp=ENABLED}'`,
    benchmark: pulumi.interpolate`TRIGGER_TOKEN="$(${readToken})" npm run bench -- trigger --url ${service.url}`,
  };
}
