import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as awsx from '@pulumi/awsx';
import * as pulumi from '@pulumi/pulumi';
import { hashBuildContext } from './hash-build-context.ts';
import { readBuiltFrom } from './read-built-from.ts';

export interface ImageArgs {
  readonly architecture: 'arm64' | 'x86_64';
  /** An image that exists; without one it is built here, which needs Docker. */
  readonly imageUri: string | null;
}

const repositoryRoot = fileURLToPath(new URL('../', import.meta.url));
/** The same from every clone: another path would build once more, and push to a tag that may not change. */
const context = relative(process.cwd(), repositoryRoot) || '.';
const keptImages = 10;

/** The one container image of service, runner and publisher. */
export class Image extends pulumi.ComponentResource {
  readonly uri: pulumi.Output<string>;
  /** Where tasks pull it from. */
  readonly repositoryArn: pulumi.Output<string>;

  constructor(name: string, args: ImageArgs, options?: pulumi.ComponentResourceOptions) {
    super('modelrig:infra:Image', name, {}, options);
    if (args.imageUri !== null) {
      this.uri = pulumi.output(args.imageUri);
      this.repositoryArn = pulumi.output(toRepositoryArn(args.imageUri));
    } else {
      const repository = new awsx.ecr.Repository(
        name,
        {
          // Images are built again from the code; a repository with some in it could not be destroyed.
          forceDelete: true,
          imageTagMutability: 'IMMUTABLE',
          imageScanningConfiguration: { scanOnPush: true },
          lifecyclePolicy: {
            rules: [{ description: `keep ${keptImages}`, tagStatus: 'any', maximumNumberOfImages: keptImages }],
          },
        },
        { parent: this },
      );
      const builtFrom = readBuiltFrom(repositoryRoot);
      const image = new awsx.ecr.Image(
        name,
        {
          repositoryUrl: repository.url,
          context,
          dockerfile: `${context}/Dockerfile`,
          platform: args.architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64',
          // awsx's own tag is a hash of paths: the second change would push to a tag that may not change.
          imageTag: `${args.architecture}-${hashBuildContext(repositoryRoot, builtFrom)}`,
          // Reports name what they measured, and an image has no git.
          args: { GIT_COMMIT: builtFrom.git_commit, GIT_DIRTY: JSON.stringify(builtFrom.git_dirty) },
        },
        { parent: this },
      );
      this.uri = image.imageUri;
      this.repositoryArn = repository.url.apply(toRepositoryArn);
    }
    this.registerOutputs({ uri: this.uri });
  }
}

/** `<account>.dkr.ecr.<region>.amazonaws.com/<name>`, with or without a digest behind it. */
function toRepositoryArn(url: string): string {
  const [, account, region, name] = url.match(/^(\d+)\.dkr\.ecr\.([^.]+)\.[^/]+\/([^@]+)/) ?? [];
  if (name === undefined) throw new Error(`"${url}" is no address of an ECR repository`);
  const partition = url.includes('.amazonaws.com.cn/') ? 'aws-cn' : 'aws';
  return `arn:${partition}:ecr:${region}:${account}:repository/${name}`;
}
