import type * as grpc from '@grpc/grpc-js';
import services from '@pulumi/pulumi/proto/resource_grpc_pb.js';
import messages from '@pulumi/pulumi/proto/resource_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';
import { inventOutputs } from './invent-outputs.ts';
import { serve, unary } from './serve.ts';

export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN; empty for the stack itself. */
  readonly parent: string;
  /** A resource of a provider; a component is none. */
  readonly isCustom: boolean;
  readonly isProtected: boolean;
  /** URNs of what has to be there before. */
  readonly dependsOn: readonly string[];
  /** As the provider would get them; secrets are wrapped. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What the program got back beside its inputs, `id` included; nothing where that stays open. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface MonitorOptions {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  readonly mode: 'known' | 'unknown';
}

const stackType = 'pulumi:pulumi:Stack';

/** The half of Pulumi's engine that resources are registered with. */
export async function startMonitor({ project, stack, region, mode }: MonitorOptions) {
  const resources: RecordedResource[] = [];
  let outputs: Readonly<Record<string, unknown>> = {};

  function register(request: messages.RegisterResourceRequest): messages.RegisterResourceResponse {
    const resource = record(request);
    resources.push(resource);
    const response = new messages.RegisterResourceResponse();
    response.setUrn(resource.urn);
    const { id, ...properties } = resource.outputs;
    if (typeof id === 'string') response.setId(id);
    response.setObject(struct.Struct.fromJavaScript({ ...resource.inputs, ...properties } as never));
    return response;
  }

  function record(request: messages.RegisterResourceRequest): RecordedResource {
    const type = request.getType();
    const name = request.getName();
    const parent = request.getParent();
    const inputs = request.getObject()?.toJavaScript() ?? {};
    const isCustom = request.getCustom();
    const hasOutputs = isCustom || request.getRemote();
    return {
      urn: nameResource(type, name, parent),
      type,
      name,
      parent,
      isCustom,
      isProtected: request.getProtect() ?? false,
      dependsOn: request.getDependenciesList(),
      inputs,
      outputs: hasOutputs && mode === 'known' ? inventOutputs({ type, name, inputs, region }) : {},
    };
  }

  function nameResource(type: string, name: string, parent: string): string {
    const parentType = parent.split('::')[2];
    const path = parentType === undefined || parentType === stackType ? type : `${parentType}$${type}`;
    const urn = `urn:pulumi:${stack}::${project}::${path}::${name}`;
    if (resources.some((known) => known.urn === urn)) throw new Error(`There are two resources ${urn}.`);
    return urn;
  }

  const { address, stop } = await serve(services.ResourceMonitorService as unknown as grpc.ServiceDefinition, {
    supportsFeature: unary((request: messages.SupportsFeatureRequest) => {
      const response = new messages.SupportsFeatureResponse();
      // As plain values, remote components' inputs can be read like all others.
      response.setHassupport(request.getId() !== 'outputValues');
      return response;
    }),
    registerResource: unary(register),
    registerResourceOutputs: unary((request: messages.RegisterResourceOutputsRequest) => {
      if (request.getUrn().split('::')[2] === stackType) outputs = request.getOutputs()?.toJavaScript() ?? {};
      return new empty.Empty();
    }),
    registerPackage: unary(() => new messages.RegisterPackageResponse()),
    signalAndWaitForShutdown: unary(() => new empty.Empty()),
  });
  return {
    address,
    stop,
    readOutputs: () => outputs,
    listResources: () =>
      resources.filter(({ type }) => type !== stackType).sort((one, other) => (one.urn < other.urn ? -1 : 1)),
  };
}
