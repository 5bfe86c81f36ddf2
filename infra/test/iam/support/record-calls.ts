import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type AwsCall, awsCalls } from '../../../../server/aws/note-calls.ts';

/** Preloaded into a program: writes each of its AWS calls, with the files that led to it, as a line of `CALLS_FILE`. */
Error.stackTraceLimit = 100;
const file = process.env.CALLS_FILE ?? '';
const program = basename(process.argv[1] ?? '').replace(/[.]ts$/, '');

subscribe(awsCalls, (message) => {
  const { commandName, input } = message as AwsCall;
  const { Bucket, Key, Prefix, TableName, IndexName, Name } = input;
  const stack = String(new Error().stack);
  const sites = [...stack.matchAll(/\/server\/(aws\/[\w-]+[.]ts)/g)].map((match) => match[1]);
  // The presigner waits before it resolves the command, and its one user is off the stack by then.
  if (stack.includes('s3-request-presigner')) sites.push('aws/artifact-links.ts');
  const call = { program, commandName, input: { Bucket, Key, Prefix, TableName, IndexName, Name }, sites };
  appendFileSync(file, `${JSON.stringify(call)}\n`);
});
