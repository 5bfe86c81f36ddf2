import type { OutgoingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface DownloadAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The answer that sent us here; null when none did. */
  readonly redirect: Omit<DownloadAnswer, 'redirect'> | null;
}

/** Sends these headers and no others, and again to where a redirect leads, as clients do. */
export async function askDownload(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<DownloadAnswer> {
  const answer = await ask(url, headers, method);
  if (answer.status !== 302) return { ...answer, redirect: null };
  return { ...(await ask(answer.headers.location ?? '', headers, method)), redirect: answer };
}

async function ask(
  url: string,
  headers: OutgoingHttpHeaders,
  method: string,
): Promise<Omit<DownloadAnswer, 'redirect'>> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers, agent: false }, (answer) => {
      const { statusCode = 0, headers: received } = answer;
      buffer(answer).then(
        (body) => resolve({ status: statusCode, headers: received as Record<string, string>, body }),
        reject,
      );
    });
    asking.on('error', reject);
    asking.end();
  });
}
