import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Speaks as much of SSM as `GetParameter` needs. */
export async function startParameterStore(parameters: Readonly<Record<string, string>>) {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { Name, WithDecryption } = JSON.parse(text) as { Name: string; WithDecryption?: boolean };
    const value = parameters[Name];
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if (request.headers['x-amz-target'] !== 'AmazonSSM.GetParameter' || value === undefined) {
      response.statusCode = 400;
      response.end(JSON.stringify({ __type: 'ParameterNotFound', message: `no ${Name}` }));
      return;
    }
    const Value = WithDecryption ? value : 'encrypted';
    response.end(JSON.stringify({ Parameter: { Name, Type: 'SecureString', Value, Version: 1 } }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
