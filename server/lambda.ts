import { assembleService } from './assemble.ts';
import { readTriggerToken } from './aws/read-trigger-token.ts';
import { readServiceConfig } from './config.ts';
import { createEventHandler } from './lambda/event-handler.ts';
import type { LambdaGlobal } from './lambda/runtime.ts';

/**
 * The registry service on AWS Lambda, behind a function URL that streams. What is wrong with the configuration ends the
 * start, with every fault in the log.
 */
const config = readServiceConfig({ ...process.env, COMPUTE_BACKEND: 'lambda' });
const triggerToken = await readTriggerToken(config.triggerTokenParameter ?? '');
const service = assembleService({ ...config, triggerToken, port: 0 }, process.env);
const url = await service.listen();

declare const awslambda: LambdaGlobal;

export const handler = awslambda.streamifyResponse(
  createEventHandler({ url, service, allowedCidrs: config.allowedCidrs ?? [], lambda: awslambda }),
);
