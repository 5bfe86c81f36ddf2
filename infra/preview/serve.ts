import * as grpc from '@grpc/grpc-js';

type Handler = grpc.handleUnaryCall<never, unknown>;

/** A handler of one call; what it throws is the call's error. */
export function unary<Request, Response>(answer: (request: Request) => Response): Handler {
  return ((call: { request: Request }, done: grpc.sendUnaryData<Response>) => {
    try {
      done(null, answer(call.request));
    } catch (error) {
      done({ code: grpc.status.INTERNAL, message: error instanceof Error ? error.message : String(error) });
    }
  }) as unknown as Handler;
}

/** Serves on a free port of loopback. Calls without a handler are unimplemented: an older engine to the program. */
export async function serve(
  definition: grpc.ServiceDefinition,
  handlers: Readonly<Record<string, Handler>>,
): Promise<{ address: string; stop(): void }> {
  const server = new grpc.Server();
  const all = Object.keys(definition).map((name): [string, Handler] => [name, handlers[name] ?? refuse(name)]);
  server.addService(definition, Object.fromEntries(all) as unknown as grpc.UntypedServiceImplementation);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
    error ? reject(error) : resolve(port),
  );
  return { address: `127.0.0.1:${await promise}`, stop: () => server.forceShutdown() };
}

function refuse(name: string): Handler {
  return (_call, done) =>
    done({ code: grpc.status.UNIMPLEMENTED, message: `This engine does not answer ${name}.` });
}
