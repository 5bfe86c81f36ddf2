import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';

/** The token that POST and PUT requests need: made up here, kept in Parameter Store, read by whoever may. */
export class TriggerToken extends pulumi.ComponentResource {
  readonly parameterArn: pulumi.Output<string>;
  /** A plain name, known before the parameter is made. */
  readonly parameterName: string;

  constructor(name: string, options?: pulumi.ComponentResourceOptions) {
    super('modelrig:infra:TriggerToken', name, {}, options);
    const parent = { parent: this };
    const password = new random.RandomPassword(name, { length: 48, special: false }, parent);
    this.parameterName = `/${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
    const parameter = new aws.ssm.Parameter(
      name,
      { name: this.parameterName, type: 'SecureString', value: password.result },
      parent,
    );
    this.parameterArn = parameter.arn;
    this.registerOutputs({ parameterName: this.parameterName });
  }
}
