import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { environment } from '../../contract/environment.ts';
import { isTriggerToken } from '../config.ts';
import { noteCalls } from './note-calls.ts';

/**
 * The token that a SecureString of Parameter Store holds.
 * @throws {Error} when it cannot be read, or is none that the service would take.
 */
export async function readTriggerToken(parameterName: string): Promise<string> {
  const ssm = new SSMClient({});
  noteCalls(ssm);
  try {
    const { Parameter } = await ssm.send(
      new GetParameterCommand({ Name: parameterName, WithDecryption: true }),
    );
    return requireToken(Parameter?.Value ?? '');
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new Error(`TRIGGER_TOKEN_PARAMETER is "${parameterName}", which cannot be used. ${reason}`, {
      cause: error,
    });
  } finally {
    ssm.destroy();
  }
}

function requireToken(text: string): string {
  if (isTriggerToken(text)) return text;
  throw new Error(`It holds ${text.length} characters; needed: ${environment.TRIGGER_TOKEN.allowed}.`);
}
