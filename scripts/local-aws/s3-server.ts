import './die-with-parent.ts';
import { buildApp } from 'fauxqs';
import { countAnswers } from './count-answers.ts';
import { addMultipartList } from './list-multipart-uploads.ts';
import { openS3Stores } from './open-s3-stores.ts';

/** The embedded S3, a process of its own: sends its port to its parent. Argument: a data directory, or none. */
const [dataDir] = process.argv.slice(2);
const { stores, multipartUploads } = await openS3Stores(dataDir);
const app = buildApp({ logger: false, stores });
countAnswers(app);
addMultipartList(app, multipartUploads);

// Writes are synchronous, so that ending between two events never leaves half an object.
process.once('SIGTERM', () => process.exit(0));

const address = await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ port: Number(new URL(address).port) });
