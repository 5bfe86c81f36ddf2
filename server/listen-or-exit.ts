import type { Service } from './assemble.ts';
import type { ServiceConfig } from './config.ts';
import { exitCodes } from './exit-codes.ts';

/** Resolves with the URL. An address that cannot be taken ends the process, with a line that says why. */
export async function listenOrExit(service: Service, { host, port }: ServiceConfig): Promise<string> {
  try {
    return await service.listen();
  } catch (error) {
    process.stderr.write(`${describeListenError(error as NodeJS.ErrnoException, host, port)}\n`);
    process.exit(exitCodes.failed);
  }
}

function describeListenError(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE')
    return `PORT is ${port}, which is taken on ${host}; choose another, or 0 for any free one.`;
  if (error.code === 'EACCES')
    return `PORT is ${port}, which this user may not listen on; choose one from 1024.`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `HOST is "${host}", which is no address of this machine.`;
  return `The service cannot listen on ${host}:${port}: ${error.message}`;
}
