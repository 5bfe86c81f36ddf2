import type * as grpc from '@grpc/grpc-js';
import services from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import messages from '@pulumi/pulumi/proto/engine_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { serve, unary } from './serve.ts';

export interface EngineServer {
  readonly address: string;
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  stop(): void;
}

/** The half of Pulumi's engine that a program logs to. */
export async function startEngine(): Promise<EngineServer> {
  const warnings: string[] = [];
  const errors: string[] = [];
  let root = '';
  const { address, stop } = await serve(services.EngineService as unknown as grpc.ServiceDefinition, {
    log: unary((request: messages.LogRequest) => {
      const severity = request.getSeverity();
      if (severity === messages.LogSeverity.WARNING) warnings.push(request.getMessage());
      if (severity === messages.LogSeverity.ERROR) errors.push(request.getMessage());
      return new empty.Empty();
    }),
    setRootResource: unary((request: messages.SetRootResourceRequest) => {
      root = request.getUrn();
      return new messages.SetRootResourceResponse();
    }),
    getRootResource: unary(() => {
      const response = new messages.GetRootResourceResponse();
      response.setUrn(root);
      return response;
    }),
  });
  return { address, warnings, errors, stop };
}
