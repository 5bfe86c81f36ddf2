import { ConfigurationError } from '../../../server/config.ts';

export interface HubConfig {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly token: string | null;
}

const publicHub = 'https://huggingface.co';

/**
 * `HF_ENDPOINT` and `HF_TOKEN`, as the hub's own clients name them.
 * @throws {ConfigurationError} with all faults; it never shows the token.
 */
export function readHubConfig(env: Readonly<Record<string, string | undefined>>): HubConfig {
  const endpoint = env.HF_ENDPOINT || publicHub;
  const token = env.HF_TOKEN || null;
  const faults: string[] = [];
  if (!isEndpoint(endpoint)) {
    faults.push(
      `HF_ENDPOINT is "${hideCredentials(endpoint)}"; allowed: an http:// or https:// URL without credentials, query and fragment`,
    );
  }
  if (token !== null && !/^hf_[\x21-\x7e]{1,500}$/.test(token)) {
    faults.push(`HF_TOKEN is ${token.length} characters; allowed: an access token, which starts with "hf_"`);
  }
  if (faults.length > 0) throw new ConfigurationError(faults);
  return { endpoint: endpoint.replace(/\/+$/, ''), token };
}

function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  return url.username === '' && url.password === '' && !/[?#]/.test(text);
}

function hideCredentials(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//…@').slice(0, 80);
}
